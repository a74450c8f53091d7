using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Changes;

/// <summary>
/// Verdicts against the codecs: what one version writes is read by the other. What arrives as it was sent must not be called broken, and what is
/// refused, or arrives as something else, must not be called compatible.
/// </summary>
public sealed class VerdictTruthTests
{
    [Theory]
    // Numbers.
    [InlineData("http", "x: int", "x: long", """{"x":5}""", """{"x":5}""")]
    [InlineData("http", "x: long", "x: int", """{"x":5000000000}""", null)]
    [InlineData("http", "x: double", "x: int", """{"x":1.5}""", null)]
    [InlineData("http", "x: int", "x: double", """{"x":5}""", """{"x":5.0}""")]
    [InlineData("http", "x: int", "x: decimal", """{"x":5}""", """{"x":"5"}""")]
    [InlineData("dubbo", "x: int", "x: long", """{"x":5}""", """{"x":5}""")]
    [InlineData("bolt", "x: int", "x: long", """{"x":5}""", """{"x":5}""")]
    [InlineData("dubbo", "x: long", "x: int", """{"x":5000000000}""", null)]
    [InlineData("dubbo", "x: int", "x: double", """{"x":5}""", """{"x":5.0}""")]
    [InlineData("grpc", "x: int", "x: long", """{"x":5}""", """{"x":5}""")]
    [InlineData("grpc", "x: int", "x: { type: int, wire: sint32 }", """{"x":5}""", """{"x":-3}""")]
    [InlineData("grpc", "x: boolean", "x: int", """{"x":true}""", """{"x":1}""")]
    // Other types.
    [InlineData("http", "x: int", "x: string", """{"x":5}""", null)]
    [InlineData("dubbo", "x: int", "x: string", """{"x":5}""", null)]
    [InlineData("bolt", "x: string", "x: int", """{"x":"a"}""", null)]
    [InlineData("grpc", "x: int", "x: string", """{"x":5}""", null)]
    [InlineData("grpc", "x: string", "x: bytes", """{"x":"hi"}""", """{"x":"aGk="}""")]
    [InlineData("grpc", "x: bytes", "x: string", """{"x":"/w=="}""", null)]
    [InlineData("http", "x: uuid", "x: string", """{"x":"123e4567-e89b-12d3-a456-426614174000"}""", """{"x":"123e4567-e89b-12d3-a456-426614174000"}""")]
    [InlineData("http", "x: string", "x: uuid", """{"x":"a"}""", null)]
    [InlineData("http", "x: list<string>", "x: set<string>", """{"x":["a"]}""", """{"x":["a"]}""")]
    [InlineData("dubbo", "x: list<string>", "x: set<string>", """{"x":["a"]}""", """{"x":["a"]}""")]
    [InlineData("grpc", "x: string", "x: list<string>", """{"x":"a"}""", """{"x":["a"]}""")]
    [InlineData("http", "x: string", "x: list<string>", """{"x":"a"}""", null)]
    // Null.
    [InlineData("http", "x: Integer", "x: int", """{"x":null}""", null)]
    [InlineData("http", "x: int", "x: Integer", """{"x":5}""", """{"x":5}""")]
    // Fields.
    [InlineData("http", "x: int, y: int", "x: int", """{"x":1,"y":2}""", """{"x":1}""")]
    [InlineData("http", "x: int", "x: int, y: string", """{"x":1}""", """{"x":1}""")]
    [InlineData("dubbo", "x: int", "x: int, y: string", """{"x":1}""", """{"x":1}""")]
    [InlineData("grpc", "x: int", "x: int, y: string", """{"x":1}""", """{"x":1}""")]
    [InlineData("grpc", "x: int, y: string", "x: int", """{"x":1,"y":"a"}""", """{"x":1}""")]
    [InlineData("grpc", "x: string", "y: string", """{"x":"a"}""", """{"y":"a"}""")]
    [InlineData("grpc", "x: int, y: string", "y: string", """{"x":1,"y":"a"}""", null)]
    [InlineData("grpc", "x: string, y: string", "y: string, x: string", """{"x":"a","y":"b"}""", """{"y":"a","x":"b"}""")]
    // Enums.
    [InlineData("http", "x: Three", "x: Two", """{"x":"C"}""", null)]
    [InlineData("http", "x: Three", "x: string", """{"x":"C"}""", """{"x":"C"}""")]
    public void Judge_WhatOneVersionWrites_ArrivesAsItSays(string protocol, string old, string now, string sent, string? expected)
    {
        var (before, after) = (Yaml(old, "parameters: { a: A }"), Yaml(now, "parameters: { a: A }"));
        var effect = ChangedContracts.Effect(protocol, ChangedContracts.Compare(before, after));
        var arrived = Cross(protocol, ChangedContracts.Load(before)[0], ChangedContracts.Load(after)[0], sent);
        Assert.Equal(expected, arrived);
        if (arrived is null)
        {
            Assert.NotEqual(ChangeEffect.Compatible, effect);
        }
        else
        {
            // A sint32 reads an int32's bytes as another number, and fields that changed places as each other.
            var isOther = expected is """{"x":-3}""" or """{"y":"a","x":"b"}""";
            Assert.Equal(isOther, effect.HasFlag(ChangeEffect.BreaksCallers));
        }

        // The same from the newer to the older: a reply.
        var replies = ChangedContracts.Effect(protocol, ChangedContracts.Compare(Yaml(now, "returns: A"), Yaml(old, "returns: A")));
        Assert.Equal(effect.HasFlag(ChangeEffect.BreaksCallers), replies.HasFlag(ChangeEffect.BreaksResults));
    }

    [Theory]
    [InlineData("a: string", "a: string, b: string", """{"a":"x"}""", true)]
    [InlineData("a: string", "a: string, b: int", """{"a":"x"}""", false)]
    [InlineData("a: string", "b: string", """{"a":"x"}""", false)]
    [InlineData("a: string, b: string", "b: string, a: string", """["x", "y"]""", false)]
    [InlineData("a: A", "a: A, b: string", """{"x":1}""", false)]
    [InlineData("a: int", "a: long", """{"a":1}""", true)]
    public void Judge_ArgumentsOfHttp_ArriveAsItSays(string old, string now, string body, bool arrives)
    {
        var (before, after) = (Yaml("x: int", $"parameters: {{ {old} }}"), Yaml("x: int", $"parameters: {{ {now} }}"));
        var tape = new ValueTape();
        var method = ChangedContracts.Load(after)[0].Methods[0];
        var status = JsonArguments.Read(new(Encoding.UTF8.GetBytes(body)), method, ValuePolicy.Default, tape);
        var at = Root(tape, Math.Max(0, method.Parameters.ToList().FindIndex(static p => p.Name == "a")));
        var isSame = status.IsOk && tape[at].Kind != ValueKind.Null && (tape[at].Kind != ValueKind.String || tape.Utf8(at).SequenceEqual("x"u8));
        Assert.Equal(arrives, isSame);
        Assert.Equal(!arrives, ChangedContracts.Effect("http", ChangedContracts.Compare(before, after)).HasFlag(ChangeEffect.BreaksCallers));
    }

    private static int Root(ValueTape tape, int ordinal)
    {
        var index = 0;
        for (var i = 0; i < ordinal && index < tape.Count; i++)
        {
            index = tape.Next(index);
        }

        return index;
    }

    private static string Yaml(string fields, string method) => $$"""
        types:
          a.A: { fields: { {{fields}} } }
          a.Three: { enum: [A, B, C] }
          a.Two: { enum: [A, B] }
        services:
          a.S: { methods: { m: { {{method}} } } }
        """;

    /// <summary>What the newer side makes of a call that the older one sent, as JSON; null where it refuses it.</summary>
    private static string? Cross(string protocol, ServiceContract old, ServiceContract now, string json)
    {
        var (from, to) = (old.Methods[0], now.Methods[0]);
        var sent = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(new(Encoding.UTF8.GetBytes(json)), from.Parameters[0].Type, ValuePolicy.Default, sent);
        Assert.True(status.IsOk, status.ToString());
        if (protocol != "http")
        {
            status = PlanRunner.Fit(sent, MethodPlan.Of(from));
            Assert.True(status.IsOk, status.ToString());
        }

        var wire = new ArrayBufferWriter<byte>();
        var arrived = new ValueTape();
        if (protocol == "grpc")
        {
            Assert.True(ProtobufArguments.Write(sent, from, ValuePolicy.Default, wire).IsOk);
            status = ProtobufArguments.Read(new(wire.WrittenMemory), to, ValuePolicy.Default, arrived);
        }
        else
        {
            IPayloadCodec codec = protocol switch { "bolt" => HessianPayloadCodec.Draft, "dubbo" => HessianPayloadCodec.Final, _ => JsonPayloadCodec.Instance };
            Assert.True(codec.Write(sent, 0, from.Parameters[0].Type, ValuePolicy.Default, wire).IsOk);
            status = codec.Read(new(wire.WrittenMemory), to.Parameters[0].Type, ValuePolicy.Default, arrived);
        }

        status = status.IsOk ? PlanRunner.Fit(arrived, MethodPlan.Of(to)) : status;
        if (!status.IsOk)
        {
            return null;
        }

        var seen = new ArrayBufferWriter<byte>();
        Assert.True(JsonPayloadCodec.Instance.Write(arrived, 0, to.Parameters[0].Type, ValuePolicy.Default, seen).IsOk);
        return Encoding.UTF8.GetString(seen.WrittenSpan);
    }
}
