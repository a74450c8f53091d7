namespace BridgeMesh.Gateway.Decoding;

/// <summary>Bytes that came without a hole in one direction.</summary>
/// <param name="Offset">Of the first byte, in its direction.</param>
/// <param name="Times">Where later segments begin, with the seconds since the recording's first packet; empty where nothing is known.</param>
internal sealed record RecordedRun(long Offset, byte[] Bytes, IReadOnlyList<(long Offset, double Seconds)> Times);

/// <summary>One direction of a connection.</summary>
/// <param name="From">Address and port of the sender; null where the input names none.</param>
/// <param name="Runs">In order; between two of them bytes are missing.</param>
internal sealed record RecordedDirection(string? From, IReadOnlyList<RecordedRun> Runs)
{
    public long Bytes => Runs.Sum(r => (long)r.Bytes.Length);
}

/// <summary>A connection, or the bytes of one input.</summary>
internal sealed record RecordedConnection(string Name, IReadOnlyList<RecordedDirection> Directions);

/// <summary>Everything in one input.</summary>
/// <param name="Notes">What was left out of it, a line each: packets that are no TCP, bounds that were reached.</param>
internal sealed record Recording(IReadOnlyList<RecordedConnection> Connections, IReadOnlyList<string> Notes)
{
    public static Recording OfBytes(string name, byte[] bytes) =>
        new([new RecordedConnection(name, [new RecordedDirection(null, [new RecordedRun(0, bytes, [])])])], []);
}
