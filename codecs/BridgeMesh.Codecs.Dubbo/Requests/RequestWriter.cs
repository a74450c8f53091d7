using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>Writes a request as a Java consumer does, so that a provider finds its own classes and its own method.</summary>
internal static class RequestWriter
{
    /// <summary>Setting of an instance whose provider is exported under another path than its interface.</summary>
    private const string PathSetting = "path";

    internal static CodecStatus Write(Exchange exchange, ulong correlationId, FrameWriter output)
    {
        var flags = DubboFrame.RequestFlag | SerializationIds.Hessian2 | (exchange.OneWay ? 0 : DubboFrame.TwoWayFlag);
        var start = DubboFrame.Begin(output, (byte)flags, 0, correlationId);
        var state = HessianWriteState.Rent();
        state.Budget = exchange.Request.Budget;
        try
        {
            var writer = new HessianWriter(output, HessianDialect.Final, state);
            var status = Write(ref writer, exchange);
            if (status.IsOk)
            {
                DubboFrame.End(output, start);
            }
            else
            {
                output.Truncate(start);
            }

            return status;
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus Write(ref HessianWriter writer, Exchange exchange)
    {
        var service = exchange.CalleeService;
        var path = PathOf(exchange.Instance) ?? service.Interface;
        var version = service.Version.Length == 0 ? RequestFront.NoVersion : service.Version;
        var isGeneric = GenericCall.IsNeeded(exchange);

        writer.WriteString(AttachmentWriter.ProtocolVersion);
        writer.WriteString(path);
        writer.WriteString(version);
        writer.WriteString(isGeneric ? GenericCall.Method : exchange.Method);
        writer.WriteString((exchange.Shape?.Signature ?? exchange.Signature)?.Descriptor ?? GenericCall.Descriptor);
        var status = isGeneric ? WriteGenericArguments(ref writer, exchange) : WriteArguments(ref writer, exchange);
        if (status.IsOk)
        {
            AttachmentWriter.WriteRequest(ref writer, exchange, path, version, isGeneric);
        }

        return status;
    }

    private static string? PathOf(ServiceInstance? instance) =>
        instance is not null && instance.Metadata.TryGetValue(PathSetting, out var path) && path.Length > 0 ? path : null;

    private static CodecStatus WriteArguments(ref HessianWriter writer, Exchange exchange)
    {
        var tape = exchange.Request;
        var parameters = exchange.Shape?.Parameters;
        var wanted = parameters?.Length ?? exchange.Signature?.TypeNames.Length ?? 0;
        var ordinal = 0;
        for (var root = 0; root < tape.Count; root = tape.Next(root))
        {
            if (ordinal < wanted)
            {
                var status = writer.WriteValue(tape, root, parameters is { } known ? known[ordinal].Type : null);
                if (!status.IsOk)
                {
                    return status;
                }
            }

            ordinal++;
        }

        return ordinal == wanted
            ? CodecStatus.Ok
            : CodecStatus.Fail(CodecError.TypeMismatch, $"{exchange.Method} has {wanted} parameters, the call has {ordinal} arguments");
    }

    /// <summary><c>$invoke(method, null, args)</c>: the provider finds the only method of that name by itself.</summary>
    private static CodecStatus WriteGenericArguments(ref HessianWriter writer, Exchange exchange)
    {
        var tape = exchange.Request;
        var general = ScratchTape.Rent(tape.Budget);
        try
        {
            var status = Generaliser.CopyAll(tape, general);
            if (!status.IsOk)
            {
                return status;
            }

            writer.WriteString(exchange.Method);
            writer.WriteNull();
            var needsMark = writer.BeginTypedList("[object", general.RootCount());
            for (var root = 0; root < general.Count; root = general.Next(root))
            {
                status = writer.WriteValue(general, root);
                if (!status.IsOk)
                {
                    return status;
                }
            }

            writer.EndList(needsMark);
            return CodecStatus.Ok;
        }
        finally
        {
            ScratchTape.Return(general);
        }
    }
}
