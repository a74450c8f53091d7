using System.Buffers;
using BridgeMesh.Core.Callers;
using BridgeMesh.Core.Routing;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Pipeline;

/// <summary>What the pipeline knows of an exchange beside what codecs see. One per pooled exchange, for good.</summary>
internal sealed class CallState
{
    private byte[]? _frame;
    private volatile bool _isUnwanted;

    /// <summary>Where attempts are reported: the dispatcher.</summary>
    internal IAttemptSink? Sink { get; set; }

    /// <summary>Timestamp of the request's arrival in the pipeline.</summary>
    internal long Started { get; set; }

    internal bool Planned { get; set; }

    /// <summary>Set when planning failed: the exchange already holds its fault.</summary>
    internal bool Refused { get; set; }

    internal bool RequestRead { get; set; }

    /// <summary>What <see cref="Target"/> comes from.</summary>
    internal RoutingTable? Table { get; set; }

    internal Resolution? Target { get; set; }

    internal Endpoint? Endpoint { get; set; }

    internal int Attempts { get; set; }

    internal SplicePatch? Splice { get; set; }

    /// <summary>The caller went away: no further attempt is worth a callee's time. Set by any thread.</summary>
    internal bool IsUnwanted
    {
        get => _isUnwanted;
        set => _isUnwanted = value;
    }

    /// <summary>The correlation id of the last attempt on a framed channel; meaningful while its slot waits.</summary>
    internal ulong CorrelationId { get; set; }

    // ---- the list of a caller's connection, guarded by its lock --------------------------------------------------------------------

    internal CallerHold Hold { get; set; }

    internal Exchange? Previous { get; set; }

    internal Exchange? Next { get; set; }

    internal static CallState Of(Exchange exchange) => (CallState)(exchange.PipelineItem ??= new CallState());

    /// <summary>The request frame is a copy, which stays until the exchange returns.</summary>
    internal bool IsDetached => _frame is not null;

    /// <summary>Copies the request frame out of the connection's buffer, which is about to be reused. The copy is owned until the exchange returns.</summary>
    internal void Detach(Exchange exchange)
    {
        if (_frame is not null || exchange.RequestFrame.IsEmpty)
        {
            return;
        }

        var length = (int)exchange.RequestFrame.Length;
        _frame = ArrayPool<byte>.Shared.Rent(length);
        exchange.RequestFrame.CopyTo(_frame);
        exchange.RequestFrame = new ReadOnlySequence<byte>(_frame, 0, length);
    }

    internal void Reset()
    {
        if (_frame is not null)
        {
            ArrayPool<byte>.Shared.Return(_frame);
            _frame = null;
        }

        Planned = false;
        Refused = false;
        RequestRead = false;
        Table = null;
        Target = null;
        Endpoint = null;
        Attempts = 0;
        Splice = null;
        Started = 0;
        IsUnwanted = false;
        CorrelationId = 0;
    }
}
