using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>One method of a service, typed. Orders, names, types and checks values on their way. Immutable; safe for any thread.</summary>
public sealed class MethodShape
{
    private ProtoMethod? _canonicalProto;
    private object? _pipelineItem;

    public required string Name { get; init; }

    public required ImmutableArray<ParameterShape> Parameters { get; init; }

    public required TypeShape Returns { get; init; }

    /// <summary>Declared exceptions.</summary>
    public ImmutableArray<StructShape> Exceptions { get; init; } = [];

    /// <summary>Whether a second execution does no harm, so that a failed call may be tried again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>
    /// Whether nobody waits for an answer: callers whose protocol has no sign of its own for that, as HTTP, are answered as soon as the call
    /// is read.
    /// </summary>
    public bool OneWay { get; init; }

    /// <summary>How HTTP calls it; null means the canonical binding alone.</summary>
    public HttpBinding? Http { get; init; }

    /// <summary>The parameters in Java's forms, for Dubbo and SOFARPC.</summary>
    public required JavaSignature Signature { get; init; }

    /// <summary>What people should know of it; null without any.</summary>
    public string? Doc { get; init; }

    /// <summary>What people should know of its result; null without any.</summary>
    public string? ReturnsDoc { get; init; }

    /// <summary>Whether the caller sends any number of requests; only gRPC and Triple can.</summary>
    public bool ClientStreaming { get; init; }

    /// <summary>Whether the callee sends any number of replies.</summary>
    public bool ServerStreaming { get; init; }

    /// <summary>Its name in protobuf, where overloads cannot share one; null where it is its own.</summary>
    public string? ProtoName { get; init; }

    /// <summary>Numbers and names that parameters once had in the message that they become in protobuf.</summary>
    public ImmutableArray<ProtoReserved> ProtoReserved { get; init; } = [];

    /// <summary>Its messages in protobuf; the canonical ones unless the contract's source gave others.</summary>
    public ProtoMethod Proto
    {
        get => field ?? (_canonicalProto ??= ProtoMethod.Canonical(this));
        init;
    }

    /// <summary>The pipeline's own: what it compiled for the method. Codecs leave it alone.</summary>
    public object? PipelineItem
    {
        get => Volatile.Read(ref _pipelineItem);
        set => Volatile.Write(ref _pipelineItem, value);
    }

    public override string ToString() => $"{Name}({string.Join(", ", Parameters.Select(p => $"{p.Type} {p.Name}"))})";
}

/// <summary>One parameter of a method, by its name in the contract.</summary>
public sealed record ParameterShape(string Name, TypeShape Type)
{
    /// <summary>Its number in the message that the method's parameters become in protobuf; null leaves it to its place.</summary>
    public int? ProtoNumber { get; init; }

    /// <summary>The name in the forms that codecs compare and write.</summary>
    public FieldName Field { get; } = FieldName.Of(Name);

    /// <summary>What people should know of it, such as the range that its service checks; null without any.</summary>
    public string? Doc { get; init; }
}

/// <summary>Parameter types of a call in both of Java's forms. Interned by descriptor, so that a repeated call allocates nothing.</summary>
public sealed class JavaSignature
{
    private static readonly Utf8Interner<JavaSignature> Interner = new(8_192, static d => new JavaSignature(d));

    private JavaSignature(string descriptor)
    {
        Descriptor = descriptor;
        TypeNames = JavaDescriptors.ToTypeNames(descriptor, out var wellFormed);
        WellFormed = wellFormed;
    }

    public static JavaSignature None { get; } = Of(string.Empty);

    /// <summary>Dubbo's form: descriptors without a separator, <c>Ljava/lang/String;I</c>.</summary>
    public string Descriptor { get; }

    /// <summary>SOFARPC's form, Class.getName of each: <c>java.lang.String</c>, <c>int</c>, <c>[Lcom.acme.Item;</c>.</summary>
    public ImmutableArray<string> TypeNames { get; }

    /// <summary>False when the text is not a run of Java descriptors.</summary>
    public bool WellFormed { get; }

    public static JavaSignature Of(string descriptor) => Interner.Get(descriptor);

    public static JavaSignature Of(ReadOnlySpan<byte> descriptor) => Interner.Get(descriptor);

    /// <summary>From SOFARPC's or plain source names (<c>int[]</c> is taken too).</summary>
    public static JavaSignature OfTypeNames(IEnumerable<string> typeNames) => Of(string.Concat(typeNames.Select(JavaDescriptors.ToDescriptor)));
}
