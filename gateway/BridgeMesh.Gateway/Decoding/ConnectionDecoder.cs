using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>Explains whole connections: recognises the protocol, explains each direction, and puts answers to their requests.</summary>
/// <param name="payloads">Formats of single values, which can be asked for by name and are never guessed; the one named json reads HTTP's bodies.</param>
internal sealed class ConnectionDecoder(PluginCatalog plugins, IReadOnlyList<IPayloadCodec> payloads)
{
    /// <summary>Names that can be asked for.</summary>
    public IEnumerable<string> Protocols =>
        plugins.FrameCodecs.Keys.Append(HttpDecoder.Protocol).Order(StringComparer.Ordinal).Concat(payloads.Select(p => p.Format));

    /// <param name="protocol">One of <see cref="Protocols"/>; null to recognise it by its bytes.</param>
    public DecodedConnection Decode(RecordedConnection connection, string? protocol)
    {
        protocol ??= Recognise(connection);
        var bytes = connection.Directions.Sum(d => d.Bytes);
        var decoded = new DecodedConnection(connection.Name, protocol, bytes, [], []);
        if (payloads.FirstOrDefault(p => p.Format == protocol) is { } payload)
        {
            DecodeValues(connection, payload, decoded);
        }
        else if (protocol == HttpDecoder.Protocol)
        {
            DecodeHttp(connection, decoded);
        }
        else if (protocol is not null)
        {
            var frames = new FrameDecoder(plugins.FrameCodecs[protocol], payloads);
            foreach (var direction in connection.Directions)
            {
                foreach (var run in direction.Runs)
                {
                    frames.Decode(direction, run, decoded);
                }
            }
        }
        else
        {
            var known = string.Join(", ", plugins.FrameCodecs.Keys.Append(HttpDecoder.Protocol).Order(StringComparer.Ordinal));
            var single = string.Join(", ", payloads.Select(p => p.Format).Order(StringComparer.Ordinal));
            var problem = $"the bytes are none of {known}; --protocol says what they are, also of a single value: {single}";
            decoded.Problems.Add(new DecodeProblem(0, problem));
        }

        AddGaps(connection, decoded);
        FramePairs.Match(decoded.Frames);

        return decoded.Frames.Exists(f => f.Seconds is not null)
            ? decoded with { Frames = [.. decoded.Frames.OrderBy(f => f.Seconds ?? double.MaxValue)] }
            : decoded;
    }

    private string? Recognise(RecordedConnection connection)
    {
        string? nearest = null;
        long furthest = 0;
        foreach (var run in connection.Directions.SelectMany(d => d.Runs))
        {
            if (HttpDecoder.Is(run.Bytes))
            {
                return HttpDecoder.Protocol;
            }

            foreach (var (name, codec) in plugins.FrameCodecs.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                var fault = FrameDecoder.Scan(codec, run.Bytes).Fault;
                if (fault.IsOk)
                {
                    return name;
                }

                // A frame that is broken further in is more that protocol's than one that is not from its first byte.
                if (fault.Offset > furthest)
                {
                    (nearest, furthest) = (name, fault.Offset);
                }
            }
        }

        return nearest;
    }

    private void DecodeHttp(RecordedConnection connection, DecodedConnection into)
    {
        var http = new HttpDecoder(payloads.First(p => p.Format == "json"));
        var asked = new Queue<string>();

        // The caller's direction first: an answer is read by what was asked.
        foreach (var direction in connection.Directions.OrderBy(d => d.Runs.Count > 0 && d.Runs[0].Bytes.AsSpan().StartsWith("HTTP/"u8)))
        {
            foreach (var run in direction.Runs)
            {
                http.Decode(direction, run, asked, into);
            }
        }
    }

    private static void DecodeValues(RecordedConnection connection, IPayloadCodec payload, DecodedConnection into)
    {
        foreach (var run in connection.Directions.SelectMany(d => d.Runs))
        {
            using var tape = new ValueTape();
            var status = payload.Read(new ReadOnlySequence<byte>(run.Bytes), null, ValuePolicy.Default, tape);
            into.Frames.Add(new DecodedFrame
            {
                Protocol = payload.Format,
                Offset = run.Offset,
                Length = run.Bytes.Length,
                Kind = "value",
                Serialization = payload.Format,
                Result = status.IsOk || tape.Count > 0 ? TapeJson.Of(tape, 0, "value") : null,
                Problem = status.IsOk
                    ? null
                    : new DecodeProblem(run.Offset + Math.Max(0, status.Offset), status.Detail ?? status.Error.ToString(), status.Path),
            });
        }
    }

    private static void AddGaps(RecordedConnection connection, DecodedConnection into)
    {
        foreach (var direction in connection.Directions)
        {
            for (var i = 1; i < direction.Runs.Count; i++)
            {
                var end = direction.Runs[i - 1].Offset + direction.Runs[i - 1].Bytes.Length;
                var sender = direction.From is null ? string.Empty : $" from {direction.From}";
                into.Problems.Add(new DecodeProblem(end, $"{direction.Runs[i].Offset - end} bytes{sender} are missing in the recording"));
            }
        }
    }
}
