namespace BridgeMesh.Testing.Http2;

/// <summary>What has come of one stream.</summary>
public sealed class Http2Answer
{
    private readonly List<byte> _body = [];
    private readonly List<byte> _block = [];
    private bool _endsWithBlock;

    /// <summary>The first block of headers; empty before it.</summary>
    public Dictionary<string, string> Headers { get; private set; } = [];

    /// <summary>The last block, which is the first where there is but one.</summary>
    public Dictionary<string, string> Trailers { get; private set; } = [];

    public byte[] Body => [.. _body];

    /// <summary>Frames with data.</summary>
    public int DataFrames { get; private set; }

    /// <summary>Null unless the stream was reset.</summary>
    public Http2ErrorCode? Reset { get; private set; }

    public bool IsEnded { get; private set; }

    /// <summary>As <c>grpc-status</c> says; null without one.</summary>
    public string? GrpcStatus => Trailers.GetValueOrDefault("grpc-status");

    public string GrpcMessage => Uri.UnescapeDataString(Trailers.GetValueOrDefault("grpc-message", string.Empty));

    internal void Add(Http2Frame frame)
    {
        switch (frame.Type)
        {
            case Http2FrameType.Headers or Http2FrameType.Continuation:
                _block.AddRange(frame.Payload);
                _endsWithBlock |= frame.EndsStream;
                if ((frame.Flags & Http2Frame.EndHeaders) != 0)
                {
                    Trailers = HeaderBlock.Read(_block.ToArray());
                    Headers = Headers.Count == 0 ? Trailers : Headers;
                    _block.Clear();
                    IsEnded |= _endsWithBlock;
                }

                break;
            case Http2FrameType.Data:
                DataFrames += frame.Payload.Length > 0 ? 1 : 0;
                _body.AddRange(frame.Payload);
                IsEnded |= frame.EndsStream;
                break;
            case Http2FrameType.RstStream:
                Reset = frame.ErrorCode;
                IsEnded = true;
                break;
            default:
                break;
        }
    }
}
