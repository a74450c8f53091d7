using System.Buffers;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Reads all values of a recorded stream as roots of one tape.</summary>
internal static class RecordedStream
{
    internal static CodecStatus Read(Recording recording, ValueTape tape) => Read(recording.Dialect, Bytes.Whole(recording.Bytes), tape);

    internal static CodecStatus Read(HessianDialect dialect, in ReadOnlySequence<byte> bytes, ValueTape tape)
    {
        var state = HessianReadState.Rent();
        var reader = new HessianReader(bytes, dialect, state);
        var status = CodecStatus.Ok;
        do
        {
            status = reader.ReadValue(tape);
        }
        while (status.IsOk && !reader.End);
        state.Return();
        return status;
    }

    /// <summary>Compares the recorded view with what was read; null when equal. Counts the values compared.</summary>
    internal static string? Differs(Recording recording, ValueTape tape, out int compared)
    {
        var difference = Differs(recording, recording.View, tape, out compared);
        return difference is not null && recording.OtherView.ValueKind != JsonValueKind.Undefined
            && Differs(recording, recording.OtherView, tape, out compared) is null
            ? null
            : difference;
    }

    private static string? Differs(Recording recording, JsonElement view, ValueTape tape, out int compared)
    {
        compared = 0;
        if (view.ValueKind == JsonValueKind.Undefined || recording.Place == ViewPlace.None)
        {
            return null;
        }

        var roots = Roots(tape);
        List<int> places;
        switch (recording.Place)
        {
            case ViewPlace.AfterFirst:
                places = roots[1..];
                break;
            case ViewPlace.DubboArguments:
                places = roots.Count < 6 ? [] : roots[5..^1];
                break;
            case ViewPlace.Second:
                places = roots.Count < 2 ? [] : [roots[1]];
                break;
            case ViewPlace.AppResponse:
                // A framework error has no value: what the caller got then was its own exception.
                var value = tape.FindField(roots[0], "appResponse"u8);
                if (value < 0 || (tape[value].Kind == ValueKind.Null && view.ValueKind != JsonValueKind.Null))
                {
                    return null;
                }

                places = [value];
                break;
            default:
                places = [roots[0]];
                break;
        }

        var isList = recording.Place is ViewPlace.AfterFirst or ViewPlace.DubboArguments;
        var views = isList && view.ValueKind == JsonValueKind.Array ? view.EnumerateArray().ToList() : [view];
        if (views.Count != places.Count)
        {
            return $"expected {views.Count} values, found {places.Count}";
        }

        for (var i = 0; i < views.Count; i++)
        {
            var found = recording.IsNodeView
                ? new NodeView(tape).Differs(places[i], views[i], $"[{i}]")
                : new JavaView(tape).Differs(places[i], views[i], $"[{i}]");
            if (found is not null)
            {
                return found;
            }
        }

        compared = views.Count;
        return null;
    }

    private static List<int> Roots(ValueTape tape)
    {
        var roots = new List<int>();
        for (var i = 0; i < tape.Count; i = tape.Next(i))
        {
            roots.Add(i);
        }

        return roots;
    }
}
