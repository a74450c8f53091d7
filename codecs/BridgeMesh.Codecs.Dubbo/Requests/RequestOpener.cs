using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>
/// Reads what routing needs. The group, the timeout and the generic form stand behind the arguments, so the arguments are walked, not
/// decoded. Allocates nothing for names seen before.
/// </summary>
internal static class RequestOpener
{
    /// <summary>Asks any provider whether it is there: it answers with the argument.</summary>
    internal const string EchoMethod = "$echo";

    internal static CodecStatus Open(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        exchange.OneWay = header.OneWay;
        exchange.CallerFlags = new CallerFlags(false, GenericForm.None, header.Serializer).Packed;
        var status = SerializationIds.Check(header.Serializer);
        if (!status.IsOk)
        {
            return status;
        }

        var state = HessianReadState.Rent();
        try
        {
            var reader = new HessianReader(exchange.RequestFrame.Slice(DubboFrame.HeaderBytes), HessianDialect.Final, state);
            status = Open(ref reader, exchange);
            return status.IsOk ? status : InFrame(status);
        }
        finally
        {
            state.Return();
        }
    }

    /// <summary>Offsets of readers count from the body; those told to people count from the frame.</summary>
    internal static CodecStatus InFrame(in CodecStatus status) =>
        status.Offset < 0 ? status : status with { Offset = status.Offset + DubboFrame.HeaderBytes };

    private static CodecStatus Open(ref HessianReader reader, Exchange exchange)
    {
        var status = RequestFront.Read(ref reader, out var front);
        if (!status.IsOk)
        {
            return status;
        }

        var takesAttachments = CallerFlags.SupportsAttachments(front.DubboVersion);
        var serializer = exchange.CallerHeader.Serializer;
        exchange.CallerFlags = new CallerFlags(takesAttachments, GenericForm.None, serializer).Packed;
        exchange.Method = front.Method;
        exchange.Signature = front.Signature;
        exchange.Service = new ServiceKey(front.Path, front.ServiceVersion);

        var isGeneric = GenericCall.Is(front.Method, front.Signature.Descriptor);
        status = isGeneric ? ReadGenericTarget(ref reader, exchange) : SkipAll(ref reader, front.Signature.TypeNames.Length);
        if (!status.IsOk)
        {
            return status;
        }

        var attachmentsOffset = (int)reader.Consumed;
        status = ReadRoutingKeys(ref reader, out var keys);
        if (!status.IsOk)
        {
            return status;
        }

        var form = isGeneric ? GenericForms.Of(keys.Generic) : GenericForm.None;
        exchange.CallerFlags = new CallerFlags(takesAttachments, form, serializer).Packed;
        var name = front.Path.Length == 0 ? keys.Interface : front.Path;
        exchange.Service = new ServiceKey(name ?? string.Empty, front.ServiceVersion, keys.Group ?? string.Empty);
        exchange.CallerTimeoutMs = keys.TimeoutMs;
        exchange.Hops = keys.Hops;
        exchange.Tag = keys.Tag;
        exchange.TagIsForced = keys.ForcesTag;
        exchange.CallerHeader = exchange.CallerHeader with
        {
            Layout = front.Layout(attachmentsOffset, keys.ArePlain).Pack(),

            // Not of the fixed part, but a copy that tells the callee of less time must know it.
            TimeoutMs = keys.TimeoutMs,
        };
        return exchange.Service.Interface.Length == 0
            ? CodecStatus.Fail(CodecError.Malformed, "the request names no service", front.PathOffset)
            : CodecStatus.Ok;
    }

    /// <summary>The method that a generic call is for, and its parameter types where the caller names them.</summary>
    private static CodecStatus ReadGenericTarget(ref HessianReader reader, Exchange exchange)
    {
        if (!reader.TryReadString(out var method) || method is null)
        {
            return reader.Fault.IsOk
                ? CodecStatus.Fail(CodecError.Malformed, "the generic call names no method", reader.Consumed)
                : reader.Fault;
        }

        exchange.Method = method.Trim();
        var status = GenericCall.ReadSignature(ref reader, out var signature);
        exchange.Signature = signature;
        return status.IsOk ? reader.Skip() : status;
    }

    private static CodecStatus SkipAll(ref HessianReader reader, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var status = reader.Skip();
            if (!status.IsOk)
            {
                return status with { Path = $"args[{i}]" };
            }
        }

        return CodecStatus.Ok;
    }

    private struct RoutingKeys
    {
        internal string? Interface;
        internal string? Group;
        internal string? Generic;
        internal string? Hops;
        internal string? Tag;
        internal bool ForcesTag;
        internal int TimeoutMs;

        /// <summary>Every key and value is text, so that the map can be read without the classes and types of the arguments.</summary>
        internal bool ArePlain;
    }

    private static CodecStatus ReadRoutingKeys(ref HessianReader reader, out RoutingKeys keys)
    {
        keys = default;
        var first = reader.Consumed;
        keys.ArePlain = reader.TryPeek(out var tag) && tag == (byte)'H';
        if (!AttachmentReader.TryBegin(ref reader, out var fault))
        {
            return fault;
        }

        while (reader.TryNextEntry())
        {
            if (!reader.TryReadUtf8(out var key))
            {
                return reader.Fault;
            }

            // The span of the key ends with the next step, so the key is recognised before its value is looked at.
            var name = NameOf(key);
            if (name == RoutingKey.Callback)
            {
                return CodecStatus.Fail(
                    CodecError.Unsupported,
                    "an argument of this call is a callback (attachment sys_callback_arg-N); callbacks do not pass the gateway",
                    reader.Consumed);
            }

            keys.ArePlain &= reader.NextIsString;
            var status = Take(ref reader, name, ref keys);
            if (!status.IsOk)
            {
                return status;
            }

            if (reader.Consumed - first > FrameLimits.Default.MaxMetadataBytes)
            {
                return AttachmentReader.TooLarge;
            }
        }

        return reader.Fault;
    }

    private enum RoutingKey : byte
    {
        None,
        Interface,
        Group,
        Generic,
        Timeout,
        Callback,
        Hops,
        Tag,
        ForceTag,
    }

    private static RoutingKey NameOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("group"u8) ? RoutingKey.Group
        : AttachmentReader.IsTimeout(key) ? RoutingKey.Timeout
        : key.SequenceEqual("interface"u8) ? RoutingKey.Interface
        : key.SequenceEqual("generic"u8) ? RoutingKey.Generic
        : key.SequenceEqual(AttachmentKeys.Hops) ? RoutingKey.Hops
        : key.SequenceEqual(AttachmentKeys.Tag) ? RoutingKey.Tag
        : key.SequenceEqual(AttachmentKeys.ForceTag) ? RoutingKey.ForceTag
        : key.StartsWith(AttachmentKeys.CallbackPrefix) ? RoutingKey.Callback
        : RoutingKey.None;

    private static CodecStatus Take(ref HessianReader reader, RoutingKey key, ref RoutingKeys keys)
    {
        if (key == RoutingKey.None)
        {
            return reader.Skip();
        }

        if (key == RoutingKey.Timeout && reader.NextIsString)
        {
            keys.TimeoutMs = reader.TryReadUtf8(out var utf8) ? AttachmentReader.Milliseconds(utf8) : 0;
            return reader.Fault;
        }

        if (key == RoutingKey.Timeout)
        {
            return TakeNumber(ref reader, ref keys.TimeoutMs);
        }

        if (!reader.NextIsString)
        {
            return reader.Skip();
        }

        if (key is RoutingKey.Tag or RoutingKey.ForceTag)
        {
            if (reader.TryReadUtf8(out var word))
            {
                keys.Tag = key == RoutingKey.Tag ? CallTag.Of(word) : keys.Tag;
                keys.ForcesTag = key == RoutingKey.ForceTag ? CallTag.IsForced(word) : keys.ForcesTag;
            }

            return reader.Fault;
        }

        // A fault shows in the status; what was read before it is not looked at then.
        _ = reader.TryReadString(out var text);
        switch (key)
        {
            case RoutingKey.Group:
                keys.Group = text;
                break;
            case RoutingKey.Interface:
                keys.Interface = text;
                break;
            case RoutingKey.Hops:
                keys.Hops = text;
                break;
            default:
                keys.Generic = text;
                break;
        }

        return reader.Fault;
    }

    private static CodecStatus TakeNumber(ref HessianReader reader, ref int milliseconds)
    {
        // A long or a null is no timeout that a Java peer writes; neither is an error.
        if (!reader.TryPeek(out var tag) || !IsInt32(tag))
        {
            return reader.Skip();
        }

        if (reader.TryReadInt32(out var number))
        {
            milliseconds = Math.Max(0, number);
        }

        return reader.Fault;
    }

    /// <summary>Tags of a 32-bit integer. Source: Hessian 2.0 serialization protocol, section 4.4.</summary>
    private static bool IsInt32(byte tag) => tag is (byte)'I' or (>= 0x80 and <= 0xD7);
}
