using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts;

/// <summary>The typed description of one service. Immutable; safe for any thread.</summary>
public sealed class ServiceContract
{
    /// <summary>Types of a call that a message repeats at most.</summary>
    private const int MaxNamedTypes = 16;

    private readonly FrozenDictionary<string, ImmutableArray<MethodShape>> _byName;
    private readonly FrozenDictionary<string, MethodShape> _byProtoName;

    public ServiceContract(ServiceKey service, ImmutableArray<MethodShape> methods, ValuePolicy? policy = null)
    {
        Service = service;
        Methods = methods;
        Policy = policy ?? ValuePolicy.Default;
        _byName = methods.GroupBy(m => m.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        _byProtoName = methods.GroupBy(m => m.ProtoName ?? m.Name, StringComparer.Ordinal).Where(g => g.Count() == 1)
            .ToFrozenDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    public ServiceKey Service { get; }

    public ImmutableArray<MethodShape> Methods { get; }

    public ValuePolicy Policy { get; }

    /// <summary>Name of the file that declares the service, without its folder, for messages; empty when it came from no file.</summary>
    public string File { get; init; } = string.Empty;

    /// <summary>Every class of the files that the contract was loaded with, for exceptions that no method declares; null without
    /// any.</summary>
    public SubtypeCatalog? Types { get; init; }

    /// <summary>Full name of the service in protobuf, by which gRPC knows it; null where it is the one that it has anyway.</summary>
    public string? ProtoName { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }

    /// <summary>
    /// All .proto files of the load that the service came from, in the order of their sets; empty when it came from no descriptors.
    /// </summary>
    public ImmutableArray<ProtoFile> ProtoFiles { get; init; } = [];

    /// <summary>All overloads of a name; empty when the contract has none.</summary>
    public ImmutableArray<MethodShape> Overloads(string method) => _byName.TryGetValue(method, out var found) ? found : [];

    /// <summary>
    /// The method of this name in protobuf, where each overload has one of its own; null when there is none, or several that the contract's
    /// source did not tell apart.
    /// </summary>
    public MethodShape? FindProto(string name) => _byProtoName.GetValueOrDefault(name);

    /// <summary>
    /// The overload that a Java signature selects: the one that has it exactly, else the one of its arity that fits its types best, as
    /// callers in other languages name their types loosely; a method without overloads is selected by its arity alone. Without a signature,
    /// the only method of that name. Null when none fits or several fit alike; <see cref="Explain"/> then says what there is.
    /// </summary>
    public MethodShape? Find(string method, JavaSignature? signature)
    {
        var overloads = Overloads(method);
        if (signature is null)
        {
            return overloads.Length == 1 ? overloads[0] : null;
        }

        foreach (var candidate in overloads)
        {
            if (ReferenceEquals(candidate.Signature, signature) || candidate.Signature.Descriptor == signature.Descriptor)
            {
                return candidate;
            }
        }

        if (!signature.WellFormed)
        {
            return null;
        }

        var byArity = overloads.Where(o => o.Parameters.Length == signature.TypeNames.Length).ToList();
        return byArity.Count <= 1
            ? byArity.FirstOrDefault()
            : OverloadChoice.Best(
                byArity, signature.TypeNames.Length, (o, i) => OverloadChoice.FitOf(o.Parameters[i].Type, signature.TypeNames[i]), out _);
    }

    /// <summary>
    /// Why <see cref="Find"/> selects nothing, with the signatures that there are; null for a method that the contract does not have.
    /// </summary>
    public string? Explain(string method, JavaSignature? signature)
    {
        var overloads = Overloads(method);
        if (overloads.IsEmpty)
        {
            return null;
        }

        var listed = OverloadChoice.List(overloads);
        if (signature is null)
        {
            return $"{method} has overloads and the call names no types; there are {listed}";
        }

        var asked = signature.WellFormed ? string.Join(", ", signature.TypeNames.Take(MaxNamedTypes)) : "what is no Java signature";
        var sameArity = overloads.Count(o => o.Parameters.Length == signature.TypeNames.Length);
        var fault = sameArity > 1 && signature.WellFormed ? "is ambiguous or not there for" : "takes no";
        return $"{method} {fault} ({asked}); there {(overloads.Length == 1 ? "is" : "are")} {listed}";
    }
}

/// <summary>How 64-bit integers are written in JSON.</summary>
public enum LongForm : byte
{
    /// <summary>A number up to 2^53 - 1 in size, a string beyond: what JavaScript can hold stays a number.</summary>
    StringBeyond53Bits,
    AlwaysString,
    AlwaysNumber,
}

/// <summary>How exact decimals are written in JSON.</summary>
public enum DecimalForm : byte
{
    /// <summary>A JSON string of plain digits, so that no reader rounds it.</summary>
    String,

    /// <summary>A JSON number of plain digits.</summary>
    Number,
}

/// <summary>What becomes of shared and cyclic values in formats without identity.</summary>
public enum CycleForm : byte
{
    /// <summary>Shared values are written again; a cycle is an error.</summary>
    Copy,

    /// <summary>A repeated value is written as <c>{"$ref": path}</c>.</summary>
    Ref,

    /// <summary>Any shared value is an error.</summary>
    Reject,
}

/// <summary>How values that JSON cannot say plainly are written. One per contract.</summary>
public sealed record ValuePolicy
{
    public static readonly ValuePolicy Default = new();

    public LongForm Long { get; init; } = LongForm.StringBeyond53Bits;

    public DecimalForm Decimal { get; init; } = DecimalForm.String;

    /// <summary>Offset in minutes, -1,080 to 1,080, in which instants are written: ISO 8601 with that offset; 0 is written as Z.</summary>
    public int ZoneOffsetMinutes { get; init; }

    /// <summary>Instants as milliseconds since the epoch instead of ISO 8601.</summary>
    public bool InstantAsEpochMs { get; init; }

    /// <summary>Fields that are null are left out instead of written as null.</summary>
    public bool OmitNull { get; init; }

    /// <summary>JSON members that the contract does not declare are an error instead of being dropped.</summary>
    public bool RejectUnknown { get; init; }

    public CycleForm Cycles { get; init; } = CycleForm.Copy;

    /// <summary>JSON by protobuf's canonical mapping instead of the rules above, but for the one of unknown members.</summary>
    public bool ProtoJson { get; init; }
}
