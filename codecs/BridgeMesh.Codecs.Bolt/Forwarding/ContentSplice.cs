using System.Buffers;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Forwarding;

/// <summary>
/// Copies a SofaRequest and its arguments with another service name and other texts in requestProps. Only strings are replaced, added or
/// dropped: they take no place among what a stream's references count, so every reference behind them still means the same.
/// </summary>
internal ref struct ContentSplice
{
    private readonly ReadOnlySequence<byte> _content;
    private readonly FrameWriter _output;
    private long _copied;

    private ContentSplice(in ReadOnlySequence<byte> content, FrameWriter output)
    {
        _content = content;
        _output = output;
    }

    internal static CodecStatus Copy(in ReadOnlySequence<byte> content, ServiceName? service, Metadata set, FrameWriter output)
    {
        var dialect = Dialects.OfContent(content);
        var readState = HessianReadState.Rent();
        var writeState = HessianWriteState.Rent();
        try
        {
            var reader = new HessianReader(content, dialect, readState);
            var writer = new HessianWriter(output, dialect, writeState);
            var splice = new ContentSplice(content, output);
            if (!splice.Walk(ref reader, writer, service, set))
            {
                return RequestContent.Fault(ref reader, 0);
            }

            splice.CopyUpTo(content.Length);
            return CodecStatus.Ok;
        }
        finally
        {
            writeState.Return();
            readState.Return();
        }
    }

    private bool Walk(ref HessianReader reader, HessianWriter writer, ServiceName? service, Metadata set)
    {
        if (!RequestContent.TryBegin(ref reader, out var cls))
        {
            return false;
        }

        foreach (var field in cls.Fields)
        {
            var isText = reader.NextIsString || reader.NextIsNull;
            if (service is not null && isText && field.Utf8.SequenceEqual(SofaRequestClass.TargetService))
            {
                CopyUpTo(reader.Consumed);
                if (!reader.Skip().IsOk)
                {
                    return false;
                }

                writer.WriteString(service.Text);
                _copied = reader.Consumed;
            }
            else if (field.Utf8.SequenceEqual(SofaRequestClass.RequestProps) && reader.NextIsMap)
            {
                if (!WalkProps(ref reader, writer, service, set))
                {
                    return false;
                }
            }
            else if (!reader.Skip().IsOk)
            {
                return false;
            }
        }

        return true;
    }

    private bool WalkProps(ref HessianReader reader, HessianWriter writer, ServiceName? service, Metadata set)
    {
        if (!reader.TryBeginMap(out _))
        {
            return false;
        }

        while (true)
        {
            var from = reader.Consumed;
            if (!reader.TryNextEntry())
            {
                break;
            }

            string? key = null;
            if (!(reader.NextIsString ? reader.TryReadString(out key) : reader.Skip().IsOk))
            {
                return false;
            }

            var isText = reader.NextIsString || reader.NextIsNull;
            var keyEnd = reader.Consumed;
            if (!reader.Skip().IsOk)
            {
                return false;
            }

            // sofa-rpc-node repeats the service here.
            if (isText && service is not null && key == "service")
            {
                CopyUpTo(keyEnd);
                writer.WriteString(service.Text);
                _copied = reader.Consumed;
            }
            else if (isText && key is not null && set.Find(key) is not null)
            {
                CopyUpTo(from);
                _copied = reader.Consumed;
            }
        }

        if (!reader.Fault.IsOk)
        {
            return false;
        }

        // The end mark, one byte in both dialects, has just been taken.
        CopyUpTo(reader.Consumed - 1);
        foreach (ref readonly var pair in set.Entries)
        {
            writer.WriteString(pair.Key);
            writer.WriteString(pair.Value);
        }

        return true;
    }

    private void CopyUpTo(long end)
    {
        _output.Write(_content.Slice(_copied, end - _copied));
        _copied = end;
    }
}
