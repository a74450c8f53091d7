using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// An argument of <c>generic=gson</c>: a JSON text, typed by the parameter that it is for. Source:
/// org.apache.dubbo.rpc.filter.GenericFilter.getGsonGenericArgs, and recordings.
/// </summary>
internal static class JsonArgument
{
    /// <summary>Ends a text without quotes for Gson. Source: com.google.gson.stream.JsonReader.nextUnquotedValue.</summary>
    private static readonly SearchValues<byte> EndOfBareText = SearchValues.Create("/\\;#={}[]:, \t\f\r\n"u8);

    internal static void Copy(in TapeTransfer transfer, int index, TypeShape? shape, string? declared, ValuePolicy policy)
    {
        var (from, into) = (transfer.From, transfer.Into);
        index = from.Resolve(index);
        if (from[index].Kind != ValueKind.String)
        {
            // Java takes what the value's toString gives; that is JSON for numbers, booleans and nothing else.
            Realiser.Copy(in transfer, index, shape, declared);
            return;
        }

        var json = from.Utf8Memory(index);
        if (IsBareText(json.Span, shape))
        {
            TextScalar.Read(json.Span, shape, into, policy);
        }
        else if (shape is not null)
        {
            JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(json), shape, policy, into);
        }
        else
        {
            CopyUntyped(json, declared, policy, into);
        }
    }

    /// <summary>Gson reads leniently: a text, a date or an enum constant needs no quotes.</summary>
    private static bool IsBareText(ReadOnlySpan<byte> json, TypeShape? shape) =>
        shape?.Kind is ShapeKind.String or ShapeKind.Char or ShapeKind.Text or ShapeKind.Enum or ShapeKind.Instant
        && !json.IsEmpty
        && json[0] is not ((byte)'"' or (byte)'\'')
        && !json.ContainsAny(EndOfBareText)
        && !json.SequenceEqual("null"u8);

    /// <summary>An object without a contract is of the class that the caller named, or else a map.</summary>
    private static void CopyUntyped(ReadOnlyMemory<byte> json, string? declared, ValuePolicy policy, ValueTape into)
    {
        var scratch = ScratchTape.Rent(into.Budget);
        try
        {
            var status = JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(json), null, policy, scratch);
            if (!status.IsOk)
            {
                into.Fail(status);
                return;
            }

            using var transfer = new TapeTransfer(scratch, into);
            Realiser.Copy(in transfer, 0, null, declared);
        }
        finally
        {
            ScratchTape.Return(scratch);
        }
    }
}
