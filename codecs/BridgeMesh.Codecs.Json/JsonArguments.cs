using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// A call's arguments as one JSON body: an object of named arguments in any order, or an array of them in the method's order. Stateless;
/// safe for any thread.
/// </summary>
public static class JsonArguments
{
    /// <summary>Parameters whose places fit on the stack.</summary>
    private const int StackParameters = 32;

    /// <summary>
    /// Reads a body into one root a parameter, in the method's order.
    /// <list type="bullet">
    /// <item>An argument that is left out is null; a Java primitive that is left out is a fault that names <c>args[n]</c>.</item>
    /// <item>A member that is no parameter's name is dropped or rejected by the policy; one that appears twice is a fault.</item>
    /// <item>Where the only parameter is a class, an object without a member of the parameter's name is that argument itself;
    /// <c>{}</c> is an object of no named arguments.</item>
    /// <item>Without a shape an array's elements are the arguments, and anything else is the only one.</item>
    /// <item>An empty body has no arguments.</item>
    /// </list>
    /// </summary>
    public static CodecStatus Read(in ReadOnlySequence<byte> payload, MethodShape? shape, ValuePolicy policy, ValueTape into)
    {
        using var bytes = new ContiguousBytes(payload);
        var scanner = new JsonScanner(bytes.Span, 0);
        if (policy.ProtoJson && shape is { Parameters: [{ Type: var message }], Proto.RequestForm: ProtoBody.Whole })
        {
            // The body is the request message; of no body, an empty one.
            var whole = new JsonValueReader(scanner.AtEnd() ? new JsonScanner("{}"u8, 0) : scanner, policy, into);
            _ = whole.TryRead(message) && whole.TryEnd();
            return into.Status;
        }

        if (scanner.AtEnd())
        {
            _ = JsonValueReader.TryMissing(shape, into);
            return into.Status;
        }

        var token = scanner.Peek();
        var reader = new JsonValueReader(scanner, policy, into);
        if (token == JsonToken.Array)
        {
            _ = reader.TryPositional(shape) && reader.TryEnd();
        }
        else if (shape is null)
        {
            _ = reader.TryRead(null) && reader.TryEnd();
        }
        else if (token != JsonToken.Object)
        {
            return into.Fail(CodecError.TypeMismatch, "the body must be an object of named arguments, or an array", scanner.Offset);
        }
        else if (IsArgumentItself(scanner, shape, into.Budget.MaxDepth))
        {
            _ = reader.TryRead(shape.Parameters[0].Type) && reader.TryEnd();
        }
        else
        {
            ReadNamed(ref reader, shape);
        }

        return into.Status;
    }

    /// <summary>
    /// Writes all roots: as an object of named arguments, or without a shape as an array. What was written before a failure is the caller's
    /// to drop.
    /// </summary>
    public static CodecStatus Write(ValueTape from, MethodShape? shape, ValuePolicy policy, IBufferWriter<byte> output) => shape switch
    {
        null => JsonValueWriter.WriteRoots(from, null, policy, output),
        { Parameters: [{ Type: var message }], Proto.RequestForm: ProtoBody.Whole } when policy.ProtoJson && from.Count > 0 =>
            JsonValueWriter.Write(from, 0, message, policy, output),
        _ => JsonValueWriter.WriteArguments(from, shape, policy, output),
    };

    /// <summary>
    /// Reads arguments that have no names, as SOFARPC's JSON codec puts them: one alone is the body, any other number is an array of
    /// exactly that many. What a method without parameters is given is not looked at. Source: SOFARPC JacksonSerializer.
    /// </summary>
    public static CodecStatus ReadBare(in ReadOnlySequence<byte> payload, MethodShape shape, ValuePolicy policy, ValueTape into)
    {
        if (shape.Parameters.IsEmpty)
        {
            return into.Status;
        }

        using var bytes = new ContiguousBytes(payload);
        var scanner = new JsonScanner(bytes.Span, 0);
        if (shape.Parameters.Length > 1 && scanner.Peek() != JsonToken.Array)
        {
            return into.Fail(CodecError.TypeMismatch, "the body must be an array of the arguments", scanner.Offset);
        }

        var reader = new JsonValueReader(scanner, policy, into);
        _ = (shape.Parameters.Length == 1 ? reader.TryRead(shape.Parameters[0].Type) : reader.TryPositional(shape, exact: true))
            && reader.TryEnd();
        return into.Status;
    }

    /// <summary>
    /// Writes all roots in the form that <see cref="ReadBare"/> reads. What was written before a failure is the caller's to drop.
    /// </summary>
    public static CodecStatus WriteBare(ValueTape from, MethodShape? shape, ValuePolicy policy, IBufferWriter<byte> output) =>
        from.Count > 0 && from.Next(0) == from.Count
            ? JsonValueWriter.Write(from, 0, shape is { Parameters: [var only] } ? only.Type : null, policy, output)
            : JsonValueWriter.WriteRoots(from, shape, policy, output);

    private static void ReadNamed(ref JsonValueReader reader, MethodShape shape)
    {
        var count = shape.Parameters.Length;
        if (count <= StackParameters)
        {
            Span<JsonSlice> places = stackalloc JsonSlice[StackParameters];
            reader.TryNamed(shape, places[..count]);
            return;
        }

        reader.TryNamed(shape, new JsonSlice[count]);
    }

    private static bool IsArgumentItself(JsonScanner ahead, MethodShape shape, int maxDepth)
    {
        if (shape.Parameters is not [{ Type: { Kind: ShapeKind.Struct, Struct: { } fields }, Field: var parameter }])
        {
            return false;
        }

        ahead.TryTake((byte)'{');
        var any = false;
        while (ahead.Peek() == JsonToken.String && ahead.TryText(out var name) && ahead.TryTake((byte)':'))
        {
            if (name.Raw.SequenceEqual(parameter.Utf8))
            {
                return false;
            }

            any = true;
            if (fields.Find(name.Raw) >= 0)
            {
                // A member of the class itself settles it without a walk over the rest.
                return true;
            }

            if (!ahead.Skip(maxDepth) || !ahead.TryTake((byte)','))
            {
                break;
            }
        }

        return any;
    }
}
