using System.Buffers;
using System.Text.Json;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;

namespace BridgeMesh.Benchmarks;

/// <summary>The translations under measurement, each from bytes to bytes with the gateway's own steps. Reuses its tape and buffer; one thread.</summary>
internal sealed class Translations : IDisposable
{
    private readonly ValueTape _tape = new();
    private readonly FrameWriter _output = new(4_096);
    private readonly Utf8JsonWriter _json;
    private readonly ReadOnlySequence<byte> _jsonBytes = new(OrderDocument.Json);
    private readonly ReadOnlySequence<byte> _final = new(OrderDocument.Final);
    private readonly ReadOnlySequence<byte> _loose = new(OrderDocument.Loose);
    private readonly ReadOnlySequence<byte> _draft = new(OrderDocument.Draft);
    private readonly ReadOnlySequence<byte> _protobuf = new(OrderDocument.Protobuf);

    internal Translations()
    {
        _json = new Utf8JsonWriter(_output, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>The floor: System.Text.Json's reader into its writer, token by token, nothing understood.</summary>
    internal int SystemTextJson()
    {
        _output.Truncate(0);
        _json.Reset();
        var reader = new Utf8JsonReader(_jsonBytes);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    _json.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    _json.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    _json.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    _json.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    _json.WritePropertyName(reader.ValueSpan);
                    break;
                case JsonTokenType.String:
                    _json.WriteStringValue(reader.ValueSpan);
                    break;
                case JsonTokenType.Number:
                    _json.WriteNumberValue(reader.GetInt64());
                    break;
                default:
                    _json.WriteNullValue();
                    break;
            }
        }

        _json.Flush();
        return _output.Length;
    }

    internal int FinalToJson() => Translate(HessianPayloadCodec.Final, _final, JsonPayloadCodec.Instance);

    internal int DraftToJson() => Translate(HessianPayloadCodec.Draft, _draft, JsonPayloadCodec.Instance);

    internal int JsonToFinal() => Translate(JsonPayloadCodec.Instance, _jsonBytes, HessianPayloadCodec.Final);

    internal int JsonToDraft() => Translate(JsonPayloadCodec.Instance, _jsonBytes, HessianPayloadCodec.Draft);

    internal int FinalToDraft() => Translate(HessianPayloadCodec.Final, _final, HessianPayloadCodec.Draft);

    internal int DraftToFinal() => Translate(HessianPayloadCodec.Draft, _draft, HessianPayloadCodec.Final);

    internal int ProtobufToFinal() => Translate(ProtobufPayloadCodec.Instance, _protobuf, HessianPayloadCodec.Final);

    internal int FinalToProtobuf() => Translate(HessianPayloadCodec.Final, _final, ProtobufPayloadCodec.Instance);

    internal int ProtobufToJson() => Translate(ProtobufPayloadCodec.Instance, _protobuf, JsonPayloadCodec.Instance);

    internal int JsonToProtobuf() => Translate(JsonPayloadCodec.Instance, _jsonBytes, ProtobufPayloadCodec.Instance);

    internal int ProtobufToProtobuf() => Translate(ProtobufPayloadCodec.Instance, _protobuf, ProtobufPayloadCodec.Instance);

    /// <summary>An order that its sender typed, as it came.</summary>
    internal int FinalRead() => Read(_final, fits: false);

    /// <summary>The same, made to fit the contract: nothing changes but widths.</summary>
    internal int FinalFit() => Read(_final, fits: true);

    /// <summary>The same order in maps and texts, as callers without classes send it.</summary>
    internal int LooseRead() => Read(_loose, fits: false);

    internal int LooseFit() => Read(_loose, fits: true);

    internal int ProtobufRead()
    {
        _tape.Reset();
        OrderDocument.Check(ProtobufPayloadCodec.Instance.Read(_protobuf, OrderDocument.Shape, ValuePolicy.Default, _tape));
        return _tape.Count;
    }

    /// <summary>Protobuf's own library: the message into objects and out again, into room that is there.</summary>
    internal int GoogleProtobuf()
    {
        _output.Truncate(0);
        var order = Peers.Order.Parser.ParseFrom(_protobuf);
        var size = order.CalculateSize();
        order.WriteTo(_output.GetSpan(size)[..size]);
        _output.Advance(size);
        return _output.Length;
    }

    internal int GoogleParse() => Peers.Order.Parser.ParseFrom(_protobuf).Items.Count;

    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
        _tape.Dispose();
    }

    private int Read(in ReadOnlySequence<byte> bytes, bool fits)
    {
        _tape.Reset();
        OrderDocument.Check(HessianPayloadCodec.Final.Read(bytes, null, ValuePolicy.Default, _tape));
        if (fits)
        {
            OrderDocument.Check(PlanRunner.FitResult(_tape, ValuePlan.Of(OrderDocument.Shape)));
        }

        return _tape.Count;
    }

    private int Translate(IPayloadCodec from, in ReadOnlySequence<byte> bytes, IPayloadCodec to)
    {
        _tape.Reset();
        _output.Truncate(0);
        var status = from.Read(bytes, OrderDocument.Shape, ValuePolicy.Default, _tape);
        if (status.IsOk)
        {
            status = to.Write(_tape, 0, OrderDocument.Shape, ValuePolicy.Default, _output);
        }

        OrderDocument.Check(status);
        return _output.Length;
    }
}
