using System.Buffers.Text;
using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>
/// Finds service, method and timeout of a request without decoding it: in the header map, and in the SofaRequest where the header does not
/// name the method (sofa-rpc-node's does not).
/// </summary>
internal static class RequestOpening
{
    internal static CodecStatus Open(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        var frame = exchange.RequestFrame;
        exchange.OneWay = header.OneWay;
        exchange.CallerTimeoutMs = header.TimeoutMs;
        exchange.CallerFlags = (int)CallerForm.None;
        if (header.HasNegativeLength())
        {
            // Of the class name: to a real server the request then has none, and that is what it says.
            exchange.CallerFlags = header.ClassLength() == 0 ? (int)CallerForm.NoProcessor : (int)CallerForm.None;
            var detail = header.ClassLength() == 0
                ? $"{NoProcessor([])}: the length of its class name is negative"
                : "the length of the Bolt frame's header map is negative";
            return CodecStatus.Fail(CodecError.Malformed, detail, header.FixedLength() - 8);
        }

        if (header.Serializer is not (BoltFrame.CodecHessian or BoltFrame.CodecProtobuf or BoltFrame.CodecJson))
        {
            return CodecStatus.Fail(CodecError.Unsupported, $"unknown Bolt codec {header.Serializer}", header.IdOffset() + 4);
        }

        using (var className = new ContiguousBytes(frame.Slice(header.FixedLength(), header.ClassLength())))
        {
            if (!className.Span.SequenceEqual(SofaRequestClass.Utf8Name))
            {
                exchange.CallerFlags = (int)CallerForm.NoProcessor;
                return CodecStatus.Fail(CodecError.Unsupported, NoProcessor(className.Span), header.FixedLength());
            }
        }

        if (header.Serializer == BoltFrame.CodecHessian
            && Dialects.OfContent(frame.Slice(header.ContentOffset(), header.ContentLength())) == HessianDialect.Final)
        {
            exchange.CallerFlags = (int)CallerForm.FinalDialect;
        }

        if (header.HeaderLength() == 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the request has no header map, so it names no service", header.HeaderOffset());
        }

        ServiceName? service;
        string? method;
        using (var map = new ContiguousBytes(frame.Slice(header.HeaderOffset(), header.HeaderLength())))
        {
            var fault = ReadHeader(exchange, map.Span, out service, out method);
            if (!fault.IsOk)
            {
                return fault with { Offset = header.HeaderOffset() + fault.Offset };
            }
        }

        if ((service is null || method is null) && header.Serializer == BoltFrame.CodecHessian)
        {
            var fault = ReadBody(exchange, ref service, ref method);
            if (!fault.IsOk)
            {
                return fault;
            }
        }

        if (service is null || method is null)
        {
            var missing = service is null ? "service" : "method";
            return CodecStatus.Fail(CodecError.Malformed, $"the request names no {missing}", header.HeaderOffset());
        }

        exchange.Service = service.Key;
        exchange.VersionIsDefault = service.IsDefaultVersion;
        exchange.Method = method;
        return CodecStatus.Ok;
    }

    private static CodecStatus ReadHeader(Exchange exchange, ReadOnlySpan<byte> header, out ServiceName? service, out string? method)
    {
        service = null;
        method = null;
        ServiceName? target = null;
        var map = new HeaderMap(header);
        while (map.TryNext(out var key, out var value))
        {
            if (value.IsEmpty)
            {
                continue;
            }

            if (key.SequenceEqual(HeaderKeys.Service))
            {
                service ??= ServiceName.Of(value);
            }
            else if (key.SequenceEqual(HeaderKeys.TargetService))
            {
                target ??= ServiceName.Of(value);
            }
            else if (key.SequenceEqual(HeaderKeys.Method))
            {
                method ??= SharedText.Of(value);
            }
            else if (key.SequenceEqual(HeaderKeys.Hops))
            {
                exchange.Hops ??= Encoding.UTF8.GetString(value[..Math.Min(value.Length, HopList.MaxBytes + 1)]);
            }
            else if (key.SequenceEqual(HeaderKeys.Tag))
            {
                exchange.Tag = CallTag.Of(value);
            }
            else if (key.SequenceEqual(HeaderKeys.ForceTag))
            {
                exchange.TagIsForced = CallTag.IsForced(value);
            }
            else if (key.SequenceEqual(HeaderKeys.DeadlineRemaining) && Utf8Parser.TryParse(value, out int left, out var used)
                && used == value.Length && left > 0)
            {
                exchange.CallerTimeoutMs = exchange.CallerTimeoutMs == 0 ? left : Math.Min(left, exchange.CallerTimeoutMs);
            }
        }

        service ??= target;
        return map.Fault;
    }

    /// <summary>A shallow look into the SofaRequest: values behind the wanted ones are not even walked.</summary>
    private static CodecStatus ReadBody(Exchange exchange, ref ServiceName? service, ref string? method)
    {
        var header = exchange.CallerHeader;
        var contentOffset = header.ContentOffset();
        if (header.ContentLength() == 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the request has no content", contentOffset);
        }

        var state = HessianReadState.Rent();
        try
        {
            var content = exchange.RequestFrame.Slice(contentOffset, header.ContentLength());
            var reader = new HessianReader(content, ((CallerForm)exchange.CallerFlags).Of(), state);
            return ReadNames(ref reader, ref service, ref method) ? CodecStatus.Ok : RequestContent.Fault(ref reader, contentOffset);
        }
        finally
        {
            state.Return();
        }
    }

    private static bool ReadNames(ref HessianReader reader, ref ServiceName? service, ref string? method)
    {
        if (!RequestContent.TryBegin(ref reader, out var cls))
        {
            return false;
        }

        var wantsService = service is null;
        var wantsMethod = method is null;
        foreach (var field in cls.Fields)
        {
            string? text = null;
            var isMethod = field.Utf8.SequenceEqual(SofaRequestClass.MethodName);
            if (isMethod || (wantsService && field.Utf8.SequenceEqual(SofaRequestClass.TargetService)))
            {
                if (!reader.TryReadString(out text))
                {
                    return false;
                }
            }
            else if (!reader.Skip().IsOk)
            {
                return false;
            }

            if (text is { Length: > 0 } && isMethod)
            {
                method ??= text;
                wantsMethod = false;
            }
            else if (text is { Length: > 0 })
            {
                service ??= ServiceName.Of(text);
                wantsService = false;
            }

            if (!wantsMethod && !wantsService)
            {
                break;
            }
        }

        return true;
    }

    private static string NoProcessor(ReadOnlySpan<byte> className)
    {
        const int longest = 200;
        return className.IsEmpty
            ? "No user processor found for request: null"
            : $"No user processor found for request: {Encoding.UTF8.GetString(className[..Math.Min(longest, className.Length)])}";
    }
}
