using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>
/// The five texts at the start of a request's body. Source: org.apache.dubbo.rpc.protocol.dubbo.DubboCodec.
/// <code>
/// dubbo version | path | service version | method | parameter descriptor | arguments ... | attachments (map or null) | ignored
/// </code>
/// All are Hessian values of one stream, so classes defined in an argument are known to the attachments.
/// </summary>
internal readonly ref struct RequestFront
{
    /// <summary>Of the protocol or of the caller's jar: "2.0.2", "2.6.2".</summary>
    internal string? DubboVersion { get; private init; }

    internal string Path { get; private init; }

    /// <summary>Empty for none, which Java writes as "0.0.0".</summary>
    internal string ServiceVersion { get; private init; }

    internal string Method { get; private init; }

    internal JavaSignature Signature { get; private init; }

    /// <summary>Offsets in the body: of the path, of the method, and behind the descriptor.</summary>
    internal int PathOffset { get; private init; }

    internal int MethodOffset { get; private init; }

    internal int ArgumentsOffset { get; private init; }

    internal static CodecStatus Read(ref HessianReader reader, out RequestFront front)
    {
        front = default;
        if (!reader.TryReadString(out var dubboVersion))
        {
            return Fault(in reader, "dubbo version");
        }

        var pathOffset = (int)reader.Consumed;
        if (!reader.TryReadString(out var path))
        {
            return Fault(in reader, "path");
        }

        if (!reader.TryReadString(out var version))
        {
            return Fault(in reader, "service version");
        }

        var methodOffset = (int)reader.Consumed;
        if (!reader.TryReadString(out var method) || method is null)
        {
            return Fault(in reader, "method");
        }

        if (!reader.TryReadString(out var descriptor))
        {
            return Fault(in reader, "parameter descriptor");
        }

        var signature = JavaSignature.Of(descriptor ?? string.Empty);
        if (!signature.WellFormed)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the parameter descriptor is no run of Java type descriptors", reader.Consumed);
        }

        front = new RequestFront
        {
            DubboVersion = dubboVersion,
            Path = path ?? string.Empty,
            ServiceVersion = version is null or NoVersion ? string.Empty : version,
            Method = method,
            Signature = signature,
            PathOffset = pathOffset,
            MethodOffset = methodOffset,
            ArgumentsOffset = (int)reader.Consumed,
        };
        return CodecStatus.Ok;
    }

    internal RequestLayout Layout(int attachmentsOffset, bool hasPlainAttachments) =>
        new(PathOffset, MethodOffset, ArgumentsOffset, attachmentsOffset, hasPlainAttachments);

    /// <summary>How Java says that a service has no version.</summary>
    internal const string NoVersion = "0.0.0";

    private static CodecStatus Fault(in HessianReader reader, string what)
    {
        var fault = reader.Fault;
        return fault.IsOk
            ? CodecStatus.Fail(CodecError.Malformed, $"the {what} is null", reader.Consumed)
            : CodecStatus.Fail(fault.Error, $"cannot read the {what}: {fault.Detail}", fault.Offset);
    }
}
