using BridgeMesh.Wire;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>A value that was read, as JSON.</summary>
/// <param name="Type">Java type that the wire named, or the nearest to what it wrote.</param>
/// <param name="Json">UTF-8; see <see cref="TapeJson"/>.</param>
internal sealed record DecodedValue(string Type, byte[] Json);

/// <summary>Why something could not be decoded.</summary>
/// <param name="At">Offset in its direction of the connection.</param>
/// <param name="What">One sentence.</param>
/// <param name="Path">Where in a value; null elsewhere.</param>
internal sealed record DecodeProblem(long At, string What, string? Path = null)
{
    public override string ToString() => Path is null ? $"at byte {At}: {What}" : $"at byte {At}: {What}, in {Path}";
}

/// <summary>A body that stays as it is, as nothing here reads its format.</summary>
/// <param name="Text">Its text where it is one; null where it is not.</param>
/// <param name="Hex">Its first bytes where it is no text.</param>
internal sealed record UndecodedBody(long Offset, int Length, string? Text, string? Hex);

/// <summary>One frame or HTTP message, explained as far as it can be.</summary>
internal sealed class DecodedFrame
{
    public required string Protocol { get; init; }

    /// <summary>Sender, where the input names one.</summary>
    public string? From { get; init; }

    /// <summary>Offset of the first byte in its direction of the connection.</summary>
    public required long Offset { get; init; }

    public required long Length { get; init; }

    /// <summary>request, reply, heartbeat, heartbeat-reply, go-away, control, or broken.</summary>
    public required string Kind { get; init; }

    /// <summary>Correlation id; null where the protocol has none.</summary>
    public ulong? Id { get; init; }

    public bool OneWay { get; set; }

    /// <summary>What the caller said it waits, in ms; 0 when it said nothing.</summary>
    public int TimeoutMs { get; set; }

    public string? Service { get; set; }

    public string? Method { get; set; }

    public string? Serialization { get; set; }

    public List<FrameField> Fields { get; } = [];

    public List<KeyValuePair<string, string>> Metadata { get; } = [];

    /// <summary>Java types that the caller named; null when it named none.</summary>
    public IReadOnlyList<string>? ParameterTypes { get; set; }

    /// <summary>Null in everything but requests that could be read.</summary>
    public List<DecodedValue>? Arguments { get; set; }

    /// <summary>How the call ended, in neutral words; null in everything but replies.</summary>
    public string? Status { get; set; }

    public string? Message { get; set; }

    public string? ExceptionType { get; set; }

    public DecodedValue? Result { get; set; }

    /// <summary>The body as one plain value, where it is no call or answer that the protocol's services make.</summary>
    public DecodedValue? Content { get; set; }

    /// <summary>Why the body is shown as a plain value; null elsewhere.</summary>
    public string? Note { get; set; }

    public UndecodedBody? Body { get; set; }

    public DecodeProblem? Problem { get; set; }

    /// <summary>Seconds since the recording began; null where the input has no times.</summary>
    public double? Seconds { get; set; }

    /// <summary>The request that this answers, or the answer to this request.</summary>
    public DecodedFrame? Peer { get; set; }
}

/// <summary>A connection, explained.</summary>
/// <param name="Protocol">Null when it was not recognised.</param>
/// <param name="Problems">What hinders further frames from being found: bytes that are missing or belong to no frame.</param>
internal sealed record DecodedConnection(string Name, string? Protocol, long Bytes, List<DecodedFrame> Frames, List<DecodeProblem> Problems)
{
    public int ProblemCount => Problems.Count + Frames.Count(f => f.Problem is not null);
}
