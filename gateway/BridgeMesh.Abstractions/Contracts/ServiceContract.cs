using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts;

/// <summary>The typed description of one service. Immutable; safe for any thread.</summary>
public sealed class ServiceContract
{
    private readonly FrozenDictionary<string, ImmutableArray<MethodShape>> _byName;

    public ServiceContract(ServiceKey service, ImmutableArray<MethodShape> methods, ValuePolicy? policy = null)
    {
        Service = service;
        Methods = methods;
        Policy = policy ?? ValuePolicy.Default;
        _byName = methods.GroupBy(m => m.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
    }

    public ServiceKey Service { get; }

    public ImmutableArray<MethodShape> Methods { get; }

    public ValuePolicy Policy { get; }

    /// <summary>Every class of the files that the contract was loaded with, for exceptions that no method declares; null without any.</summary>
    public SubtypeCatalog? Types { get; init; }

    /// <summary>All overloads of a name; empty when the contract has none.</summary>
    public ImmutableArray<MethodShape> Overloads(string method) => _byName.TryGetValue(method, out var found) ? found : [];

    /// <summary>
    /// The overload that a Java signature selects. Without a signature, the only method of that name; null when the contract has none or
    /// several. A signature that no overload has exactly selects by arity when that is unambiguous: callers in other languages name their types loosely.
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

        MethodShape? byArity = null;
        foreach (var candidate in overloads)
        {
            if (candidate.Parameters.Length == signature.TypeNames.Length)
            {
                if (byArity is not null)
                {
                    return null;
                }

                byArity = candidate;
            }
        }

        return byArity;
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
