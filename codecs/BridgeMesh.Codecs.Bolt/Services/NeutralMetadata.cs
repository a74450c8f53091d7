using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tracing;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Services;

/// <summary>
/// Collects one message's pairs, from its header map and then from the map in its content, into neutral metadata. A name that is there
/// already stays as it is: what the header says counts, as it does for SOFARPC's own server. Reserved keys are left out, baggage loses its
/// prefix, the trace context is kept apart until <see cref="Finish"/>.
/// </summary>
internal struct NeutralMetadata(Metadata into, string baggagePrefix)
{
    private readonly Metadata _into = into;
    private readonly string _baggagePrefix = baggagePrefix;
    private string? _traceId;
    private string? _rpcId;
    private string? _sampled;
    private string? _penAttrs;
    private string? _sysPenAttrs;
    private CodecStatus _fault;

    /// <summary>Takes every pair of a header map.</summary>
    internal void AddHeader(ReadOnlySpan<byte> header)
    {
        var map = new HeaderMap(header);
        while (map.TryNext(out var key, out var value))
        {
            if (!key.IsEmpty && !HeaderKeys.IsReserved(key))
            {
                AddPair(SharedText.Of(key), value);
            }
        }

        Fail(map.Fault);
    }

    /// <summary>Takes a pair by the key it has in a header map, or at the top of requestProps or responseProps.</summary>
    internal void AddPair(string key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith(HeaderKeys.TracePrefix, StringComparison.Ordinal))
        {
            AddTrace(key[HeaderKeys.TracePrefix.Length..], value);
        }
        else if (key.StartsWith(_baggagePrefix, StringComparison.Ordinal))
        {
            AddBaggage(key[_baggagePrefix.Length..], value);
        }
        else if (HeaderKeys.IsPlain(key))
        {
            AddPlain(key, value);
        }
    }

    /// <summary>
    /// Takes an item of baggage. Services pass theirs on without looking at it: what a gateway says of one hop would come back to others.
    /// </summary>
    internal void AddBaggage(string key, ReadOnlySpan<byte> value)
    {
        if (!TraceNames.IsGatewayName(key) && !HeaderKeys.IsOfRpc(key))
        {
            AddPlain(key, value);
        }
    }

    private void AddPlain(string key, ReadOnlySpan<byte> value)
    {
        // Values vary from call to call and must not fill the table of shared names.
        if (key.Length > 0 && _into.Find(key) is null && !_into.TryAdd(key, Encoding.UTF8.GetString(value)))
        {
            FailFull();
        }
    }

    /// <summary>Takes an entry of SOFATracer's context. What it says of the caller's address and zone goes no further.</summary>
    internal void AddTrace(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "sofaTraceId":
                _traceId ??= Encoding.UTF8.GetString(value);
                break;
            case "sofaRpcId":
                _rpcId ??= Encoding.UTF8.GetString(value);
                break;
            case "samp":
                _sampled ??= Encoding.UTF8.GetString(value);
                break;
            case "sofaPenAttrs":
                _penAttrs ??= Encoding.UTF8.GetString(value);
                break;
            case "sysPenAttrs":
                _sysPenAttrs ??= Encoding.UTF8.GetString(value);
                break;
        }
    }

    /// <summary>Adds the trace's neutral names and says whether all went well.</summary>
    internal CodecStatus Finish()
    {
        var trace = new SofaTrace(
            _traceId ?? string.Empty,
            _rpcId ?? string.Empty,
            _sampled is not "false",
            _penAttrs ?? string.Empty,
            _sysPenAttrs ?? string.Empty);
        if (!trace.TryAddTo(_into))
        {
            FailFull();
        }

        return _fault;
    }

    private void FailFull() => Fail(CodecStatus.Fail(CodecError.OverBudget, $"more than {Metadata.MaxEntries} pairs of metadata"));

    private void Fail(in CodecStatus fault)
    {
        if (_fault.IsOk)
        {
            _fault = fault;
        }
    }
}
