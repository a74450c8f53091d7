using System.Buffers;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>
/// The message in which Dubbo 3 puts the arguments of a Java interface that has no protobuf messages: each argument is a stream of its own,
/// so nothing is shared between them. Opened here: which argument lies where, and the overload that their types choose.
/// <code>
/// TripleRequestWrapper { string serializeType = 1; repeated bytes args = 2; repeated string argTypes = 3 (Class.getName) }
/// </code>
/// Source: dubbo-rpc-triple, triple_wrapper.proto, and ReflectionPackableMethod.
/// </summary>
/// <param name="Arguments">Offset and length of each argument in the message.</param>
internal readonly record struct RequestWrapper(string Serialization, (int Offset, int Length)[] Arguments, JavaSignature Signature)
{
    internal const int SerializationField = 1;
    internal const int ArgumentField = 2;
    internal const int TypeField = 3;

    /// <summary>
    /// Type of a parameter that no argument belongs to: the one to which a provider gives its stream of replies.
    /// </summary>
    internal const string ReplyObserver = "org.apache.dubbo.common.stream.StreamObserver";

    /// <summary>Arguments that a method of the Java Virtual Machine takes at most. Source: its specification, section 4.3.3.</summary>
    private const int MaxArguments = 255;

    /// <summary>Longest name of a type, in bytes: a class file's limit of a constant. Source: the same, section 4.4.7.</summary>
    private const int MaxTypeBytes = 65_535;

    /// <summary>
    /// Tells a wrapper from the request message of a caller that speaks protobuf, which comes under the same content type. A wrapper begins
    /// with the name of a serialization, has as many arguments as types, and names types that a method of the contract takes; a message
    /// that means all of this by chance is none that a method takes.
    /// </summary>
    internal static bool TryOpen(in ReadOnlySequence<byte> message, Exchange exchange, out RequestWrapper wrapper)
    {
        using var bytes = new ContiguousBytes(message);
        return TryOpen(bytes.Span, out wrapper) && IsCallOf(exchange.Contract, exchange.Method, wrapper);
    }

    private static bool TryOpen(ReadOnlySpan<byte> message, out RequestWrapper wrapper)
    {
        wrapper = default;
        var field = new WrapperField(message);
        if (!field.Next() || field.Number != SerializationField || Serializations.Find(field.Bytes) is not { } serialization)
        {
            return false;
        }

        var arguments = new List<(int Offset, int Length)>();
        var types = new List<string>();
        while (field.Next())
        {
            switch (field.Number)
            {
                case ArgumentField when arguments.Count < MaxArguments:
                    arguments.Add((field.Offset, field.Length));
                    break;
                case TypeField when types.Count < MaxArguments && field.Length <= MaxTypeBytes:
                    types.Add(Encoding.UTF8.GetString(field.Bytes));
                    break;
                default:
                    return false;
            }
        }

        if (types.Count == arguments.Count + 1 && types[^1] == ReplyObserver)
        {
            types.RemoveAt(types.Count - 1);
        }

        if (field.IsBroken || arguments.Count != types.Count)
        {
            return false;
        }

        var signature = JavaSignature.OfTypeNames(types);
        wrapper = new RequestWrapper(serialization, [.. arguments], signature);
        return signature.WellFormed;
    }

    /// <summary>
    /// Without arguments a wrapper is nothing but a text, which any message may begin with: then the contract must know a method without
    /// parameters.
    /// </summary>
    private static bool IsCallOf(ServiceContract? contract, string method, in RequestWrapper wrapper) =>
        contract is null
        || wrapper.Arguments.Length > 0
        || contract.Overloads(method) is not [{ Parameters.IsEmpty: false }];
}
