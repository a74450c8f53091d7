using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>
/// Copies a request with another service name, timeout or attachments. The arguments are copied untouched, and so is every attachment that
/// does not change, in its own bytes: what it defines or refers to keeps its number. What stood behind the attachments is dropped.
/// </summary>
internal static class RequestSplicer
{
    internal static CodecStatus Splice(
        in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output)
    {
        var body = frame.Slice(DubboFrame.HeaderBytes);
        var start = DubboFrame.Begin(output, (byte)header.Flags, 0, patch.CorrelationId);
        var readState = HessianReadState.Rent();
        var writeState = HessianWriteState.Rent();
        try
        {
            var edit = new AttachmentEdit(patch);
            var writer = new HessianWriter(output, HessianDialect.Final, writeState);
            var status = Splice(RequestLayout.Unpack(header.Layout), body, patch.Splice?.Service, edit, readState, writer, output);
            if (status.IsOk)
            {
                DubboFrame.End(output, start);
            }
            else
            {
                output.Truncate(start);
            }

            return status.IsOk ? status : RequestOpener.InFrame(status);
        }
        finally
        {
            writeState.Return();
            readState.Return();
        }
    }

    private static CodecStatus Splice(
        RequestLayout layout,
        in ReadOnlySequence<byte> body,
        Exchanges.ServiceKey? service,
        in AttachmentEdit edit,
        HessianReadState state,
        HessianWriter writer,
        FrameWriter output)
    {
        // Attachments that are more than texts may use classes and types of the arguments, so then these must be walked.
        var skipsArguments = layout is { IsKnown: true, HasPlainAttachments: true };
        var readerStart = skipsArguments ? layout.Attachments : 0;
        var reader = new HessianReader(body.Slice(readerStart), HessianDialect.Final, state);
        var status = skipsArguments ? CodecStatus.Ok : Walk(ref reader, out layout);
        if (!status.IsOk)
        {
            return status;
        }

        WriteFront(layout, body, service, writer, output);
        return Edit(ref reader, layout.Attachments, readerStart, body, edit, writer, output);
    }

    private static CodecStatus Walk(ref HessianReader reader, out RequestLayout layout)
    {
        layout = default;
        var status = RequestFront.Read(ref reader, out var front);
        for (var i = 0; status.IsOk && i < front.Signature.TypeNames.Length; i++)
        {
            status = reader.Skip();
        }

        if (status.IsOk)
        {
            layout = front.Layout((int)reader.Consumed, hasPlainAttachments: false);
        }

        return status;
    }

    private static void WriteFront(
        RequestLayout layout, in ReadOnlySequence<byte> body, Exchanges.ServiceKey? renamed, HessianWriter writer, FrameWriter output)
    {
        if (renamed is not { } service)
        {
            output.Write(body.Slice(0, layout.Attachments));
            return;
        }

        output.Write(body.Slice(0, layout.Path));
        writer.WriteString(service.Interface);
        writer.WriteString(service.Version.Length == 0 ? RequestFront.NoVersion : service.Version);
        output.Write(body.Slice(layout.Method, layout.Attachments - layout.Method));
    }

    /// <param name="readerStart">Offset in the body at which the reader began to count.</param>
    private static CodecStatus Edit(
        ref HessianReader reader,
        int attachments,
        int readerStart,
        in ReadOnlySequence<byte> body,
        in AttachmentEdit edit,
        HessianWriter writer,
        FrameWriter output)
    {
        if (!AttachmentReader.TryBegin(ref reader, out var fault))
        {
            if (!fault.IsOk)
            {
                return fault;
            }

            writer.BeginMap(null);
        }
        else
        {
            var from = attachments;
            var at = (int)reader.Consumed + readerStart;
            output.Write(body.Slice(from, at - from));
            while (!reader.TryEndMapOrList())
            {
                from = at;
                if (!reader.TryReadUtf8(out var key))
                {
                    return reader.Fault;
                }

                var isReplaced = edit.IsReplaced(key);

                // An object may define a class that later ones use: it stays, and the new value behind it wins.
                isReplaced &= AttachmentReader.IsScalar(in reader);
                var status = reader.Skip();
                if (!status.IsOk)
                {
                    return status;
                }

                at = (int)reader.Consumed + readerStart;
                if (!isReplaced)
                {
                    output.Write(body.Slice(from, at - from));
                }
            }
        }

        edit.WriteNew(writer);
        writer.EndMap();
        return CodecStatus.Ok;
    }
}
