using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Forwarding;

/// <summary>
/// Copies a request with another service name or other metadata. Java's server takes the service from the header and sofa-rpc-node's from
/// the SofaRequest, so both are changed; the arguments are copied as they are. The hop list stands in the header alone, where gateways look for it:
/// a request that gets nothing else keeps its content as it is.
/// </summary>
internal static class SplicedCopy
{
    /// <summary>
    /// Leaves the checksum, if the frame has one, as four zero bytes. What was written before a failure is the caller's to drop.
    /// </summary>
    internal static CodecStatus Copy(in FrameHeader header, in ReadOnlySequence<byte> frame, SplicePatch? splice, string? hops, FrameWriter output)
    {
        var position = output.Length;
        var service = splice?.Service is { } key ? ServiceName.Of(key) : null;
        output.Write(frame.Slice(0, header.HeaderOffset()));

        var headerAt = output.Length;
        CodecStatus status;
        using (var map = new ContiguousBytes(frame.Slice(header.HeaderOffset(), header.HeaderLength())))
        {
            status = CopyHeader(map.Span, service, splice?.Set, hops, output);
        }

        if (!status.IsOk)
        {
            return status.Offset < 0 ? status : status with { Offset = header.HeaderOffset() + status.Offset };
        }

        var headerLength = output.Length - headerAt;
        if (headerLength > BoltFrame.MaxShortLength)
        {
            return CodecStatus.Fail(CodecError.Unrepresentable, $"a header map of {headerLength} bytes is longer than Bolt's 32,767");
        }

        var contentAt = output.Length;
        var content = frame.Slice(header.ContentOffset(), header.ContentLength());
        if (splice is not null && header.Serializer == BoltFrame.CodecHessian && !content.IsEmpty)
        {
            status = ContentSplice.Copy(content, service, splice.Set, output);
            if (!status.IsOk)
            {
                return status.Offset < 0 ? status : status with { Offset = header.ContentOffset() + status.Offset };
            }
        }
        else
        {
            output.Write(content);
        }

        output.PatchUInt16(position + header.HeaderLengthOffset(), (ushort)headerLength);
        output.PatchInt32(position + header.HeaderLengthOffset() + 2, output.Length - contentAt);
        if (header.HasChecksum())
        {
            output.WriteInt32(0);
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus CopyHeader(ReadOnlySpan<byte> header, ServiceName? service, Metadata? set, string? hops, FrameWriter output)
    {
        var map = new HeaderMap(header);
        var copied = 0;
        while (true)
        {
            var from = map.Position;
            if (!map.TryNext(out var key, out _))
            {
                break;
            }

            var isService = key.SequenceEqual(HeaderKeys.Service) || key.SequenceEqual(HeaderKeys.TargetService);
            if (service is not null && isService)
            {
                output.Write(header[copied..from]);
                HeaderMap.Write(output, key, service.Utf8);
                copied = map.Position;
            }
            else if ((set is not null && Has(set, key)) || (hops is not null && key.SequenceEqual(HeaderKeys.Hops)))
            {
                output.Write(header[copied..from]);
                copied = map.Position;
            }
        }

        output.Write(header[copied..]);
        if (hops is not null)
        {
            HeaderMap.Write(output, HeaderKeys.Hops, hops);
        }

        foreach (ref readonly var pair in set is null ? default : set.Entries)
        {
            HeaderMap.Write(output, default, pair.Key, pair.Value);
        }

        return map.Fault;
    }

    /// <summary>Names of metadata are compared without case.</summary>
    private static bool Has(Metadata set, ReadOnlySpan<byte> key)
    {
        foreach (ref readonly var pair in set.Entries)
        {
            if (Ascii.EqualsIgnoreCase(key, pair.Key))
            {
                return true;
            }
        }

        return false;
    }
}
