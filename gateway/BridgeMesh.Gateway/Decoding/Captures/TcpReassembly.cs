using System.Globalization;
using System.Net;

namespace BridgeMesh.Gateway.Decoding.Captures;

/// <summary>
/// Puts segments back in order: repeated and overlapping ones count once, the first copy of a byte wins, what came out of order is sorted,
/// and a hole stays a hole. Bounded in connections and bytes; what is beyond is noted and left out.
/// </summary>
internal sealed class TcpReassembly(List<string> notes)
{
    /// <summary>More than a person looks through.</summary>
    private const int MaxConnections = 10_000;

    /// <summary>Payload of all connections together, 512 MiB.</summary>
    private const long MaxBytes = 512L << 20;

    private readonly Dictionary<(IPEndPoint From, IPEndPoint To), Flow> _flows = [];
    private readonly List<(Flow Forward, Flow Backward)> _connections = [];
    private long _bytes;
    private double? _began;
    private bool _full;

    public void Add(in TcpSegment segment)
    {
        _began ??= segment.Seconds;
        if (!_flows.TryGetValue((segment.From, segment.To), out var flow) || (segment.IsSyn && flow.IsOtherStart(segment.Sequence)))
        {
            if (segment is { Payload.IsEmpty: true, IsSyn: false } || Begin(segment) is not { } begun)
            {
                return;
            }

            flow = begun;
        }

        _bytes += segment.Payload.Length;
        if (_bytes > MaxBytes)
        {
            NoteFull($"more than {MaxBytes >> 20} MiB of payload");
            return;
        }

        flow.Add(segment, segment.Seconds - _began.Value);
    }

    public IReadOnlyList<RecordedConnection> Connections() =>
        [.. _connections
            .Select(c => new RecordedConnection($"{c.Forward.From} → {c.Backward.From}", [c.Forward.ToDirection(), c.Backward.ToDirection()]))
            .Where(c => c.Directions.Any(d => d.Bytes > 0))];

    private Flow? Begin(in TcpSegment segment)
    {
        if (_connections.Count == MaxConnections)
        {
            NoteFull(string.Create(CultureInfo.InvariantCulture, $"more than {MaxConnections} connections"));
            return null;
        }

        // A connection that uses the same ports again begins anew in both directions.
        var forward = new Flow(segment.From);
        var backward = new Flow(segment.To);
        _flows[(segment.From, segment.To)] = forward;
        _flows[(segment.To, segment.From)] = backward;
        _connections.Add((forward, backward));
        return forward;
    }

    private void NoteFull(string what)
    {
        if (!_full)
        {
            _full = true;
            notes.Add($"the capture has {what}; the rest was left out");
        }
    }

    private sealed class Flow(IPEndPoint from)
    {
        private readonly List<(long At, double Seconds, ReadOnlyMemory<byte> Payload)> _segments = [];
        private uint _lastSequence;
        private long _lastAt;
        private bool _begun;

        public IPEndPoint From => from;

        /// <summary>A SYN with another number than this flow began with: the ports are used again.</summary>
        public bool IsOtherStart(uint sequence) => _begun && Position(sequence + 1) != 0;

        public void Add(in TcpSegment segment, double seconds)
        {
            var sequence = segment.IsSyn ? segment.Sequence + 1 : segment.Sequence;
            if (!_begun)
            {
                _begun = true;
                _lastSequence = sequence;
                _lastAt = 0;
            }

            if (!segment.Payload.IsEmpty)
            {
                var at = Position(sequence);
                _segments.Add((at, seconds, segment.Payload));
                _lastAt = at;
                _lastSequence = sequence;
            }
        }

        public RecordedDirection ToDirection()
        {
            // Stable: of two segments at one place the one that came first counts.
            var ordered = _segments.OrderBy(s => s.At).ToList();
            var runs = new List<RecordedRun>();
            var bytes = new MemoryStream();
            var times = new List<(long, double)>();
            var begin = ordered.Count == 0 ? 0 : ordered[0].At;
            var zero = begin;
            var end = begin;
            foreach (var (at, seconds, payload) in ordered)
            {
                if (at > end)
                {
                    runs.Add(new RecordedRun(begin - zero, bytes.ToArray(), times));
                    bytes = new MemoryStream();
                    times = [];
                    begin = end = at;
                }

                var known = end - at;
                if (known < payload.Length)
                {
                    times.Add((end - zero, seconds));
                    bytes.Write(payload.Span[(int)known..]);
                    end = at + payload.Length;
                }
            }

            if (end > begin)
            {
                runs.Add(new RecordedRun(begin - zero, bytes.ToArray(), times));
            }

            return new RecordedDirection(from.ToString(), runs);
        }

        /// <summary>Sequence numbers wrap after 4 GiB: the nearest place to the last one is meant. Source: RFC 9293 section 3.4.</summary>
        private long Position(uint sequence) => _lastAt + (int)(sequence - _lastSequence);
    }
}
