using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>Named and positional arguments, whole bodies and parts of them.</summary>
public sealed class JsonArgumentsTests
{
    private static readonly MethodShape Find = Shapes.Method(
        ("customer", Shapes.String), ("count", Shapes.Int), ("ids", Shapes.ListOf(Shapes.BoxedLong)));

    private static readonly MethodShape Place = Shapes.Method(("order", Shapes.Item));

    [Theory]
    [InlineData("""{"customer":"ada","count":3,"ids":[1]}""", "\"ada\", 3, [1L]")]
    [InlineData("""{"ids":[1],"count":3,"customer":"ada"}""", "\"ada\", 3, [1L]")]
    [InlineData("""{"count":3,"customer":"ada","ids":[1]}""", "\"ada\", 3, [1L]")]
    [InlineData(""" { "co\u0075nt" : 3 , "x" : {"count":[]} } """, "null, 3, null")]
    [InlineData("""["ada",3,[1]]""", "\"ada\", 3, [1L]")]
    [InlineData("""["ada",3]""", "\"ada\", 3, null")]
    public void Read_Arguments_ComeInTheMethodsOrder(string json, string expected) => Assert.Equal(expected, Read(json, Find));

    [Theory]
    [InlineData("""{"customer":"ada"}""", "\"ada\", 0, []")]
    [InlineData("""{"ids":["1"]}""", "null, 0, [1L]")]
    [InlineData("{}", "null, 0, []")]
    public void Read_ProtoJsonWithoutDefaults_HasThem(string json, string expected)
    {
        using var tape = new ValueTape();
        Assert.Equal("ok", JsonArguments.Read(Json.Bytes(json), Find, new ValuePolicy { ProtoJson = true }, tape).ToString());
        Assert.Equal(expected, TapeText.Of(tape));
    }

    [Theory]
    [InlineData("""{"customer":"ada"}""", "a value of type int is missing at args[1]")]
    [InlineData("{}", "a value of type int is missing at args[1]")]
    [InlineData("", "a value of type int is missing at args[1]")]
    [InlineData("""["ada"]""", "a value of type int is missing at args[1]")]
    [InlineData("""{"ids":["x"],"customer":"ada","count":3}""", "the text is no java.lang.Long at args[2][0] (offset 8)")]
    [InlineData("""{"ids":[1],"customer":5,"count":3}""", "expected java.lang.String, found a number at args[0] (offset 22)")]
    [InlineData("""{"count":3,"count":4}""", "the member 'count' appears twice at args (offset 11)")]
    [InlineData("""{"customer":"a","customer":"b","count":1}""", "the member 'customer' appears twice at args (offset 16)")]
    [InlineData("""["ada",3,[1],4]""", "more arguments than the 3 of place at args (offset 13)")]
    [InlineData("5", "the body must be an object of named arguments, or an array at args[0] (offset 0)")]
    [InlineData("""{"count":3}x""", "bytes behind the JSON value at args[0] (offset 11)")]
    [InlineData("""{"count":3,}""", "expected a string at args[0] (offset 11)")]
    public void Read_WrongArguments_NameTheArgument(string json, string expected)
    {
        using var tape = new ValueTape();
        Assert.Equal(expected, JsonArguments.Read(Json.Bytes(json), Find, ValuePolicy.Default, tape).ToString());
    }

    [Theory]
    [InlineData("""{"sku":"s"}""", "(com.acme.order.Item){sku: \"s\"}")]
    [InlineData("""{"order":{"sku":"s"}}""", "(com.acme.order.Item){}")]
    [InlineData("null", "null")]
    public void ReadBare_OneArgument_IsTheBody(string json, string expected)
    {
        using var tape = new ValueTape();
        Assert.Equal("ok", JsonArguments.ReadBare(Json.Bytes(json), Place, ValuePolicy.Default, tape).ToString());
        Assert.Equal(expected, TapeText.Of(tape));
    }

    [Theory]
    [InlineData("""["ada",3,[1]]""", "ok")]
    [InlineData("""["ada",3]""", "2 arguments for the 3 of place at args (offset 9)")]
    [InlineData("""["ada",3,[1],4]""", "more arguments than the 3 of place at args (offset 13)")]
    [InlineData("""{"count":3}""", "the body must be an array of the arguments at args[0] (offset 0)")]
    [InlineData("""["ada",3,[1]] 4""", "bytes behind the JSON value at args[3] (offset 14)")]
    public void ReadBare_SeveralArguments_AreAnArrayOfThatMany(string json, string expected)
    {
        using var tape = new ValueTape();
        Assert.Equal(expected, JsonArguments.ReadBare(Json.Bytes(json), Find, ValuePolicy.Default, tape).ToString());
    }

    [Theory]
    [InlineData("""["ada",3,[1]]""")]
    [InlineData("""["ada",3,["9007199254740993"]]""")]
    public void WriteBare_WhatWasRead_GivesTheSame(string json)
    {
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        JsonArguments.ReadBare(Json.Bytes(json), Find, ValuePolicy.Default, tape);
        Assert.True(JsonArguments.WriteBare(tape, Find, ValuePolicy.Default, output).IsOk);
        Assert.Equal(json, Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void Read_UnknownArgument_IsRejectedByPolicy()
    {
        using var tape = new ValueTape();
        var policy = ValuePolicy.Default with { RejectUnknown = true };
        Assert.Equal(
            "the contract declares no parameter 'x' at args (offset 1)",
            JsonArguments.Read(Json.Bytes("""{"x":1,"count":3}"""), Find, policy, tape).ToString());
    }

    [Theory]
    [InlineData("""{"order":{"sku":"s"}}""", "(com.acme.order.Item){sku: \"s\"}")]
    [InlineData("""{"sku":"s"}""", "(com.acme.order.Item){sku: \"s\"}")]
    [InlineData("""{"x":1,"quantity":2}""", "(com.acme.order.Item){quantity: 2}")]
    [InlineData("""{"x":1,"order":{"sku":"s"}}""", "(com.acme.order.Item){sku: \"s\"}")]
    [InlineData("""{"@type":"com.acme.order.Item"}""", "(com.acme.order.Item){}")]
    [InlineData("""[{"sku":"s"}]""", "(com.acme.order.Item){sku: \"s\"}")]
    [InlineData("{}", "null")]
    [InlineData("""{"order":null}""", "null")]
    public void Read_OnlyParameterIsAClass_BodyMayBeIt(string json, string expected) => Assert.Equal(expected, Read(json, Place));

    [Theory]
    [InlineData("""[1,"a",{"b":null}]""", "1, \"a\", map{\"b\": null}")]
    [InlineData("""{"a":1}""", "map{\"a\": 1}")]
    [InlineData("5", "5")]
    [InlineData("[]", "")]
    [InlineData("  ", "")]
    public void Read_WithoutContract_ElementsAreTheArguments(string json, string expected) => Assert.Equal(expected, Read(json, null));

    [Fact]
    public void Read_EverySplitPoint_GivesTheSame()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"ids":[1,22],"count":3,"unknown":{"a":"\u0041"},"customer":"ada é😀"}""");
        for (var at = 0; at <= bytes.Length; at++)
        {
            using var tape = new ValueTape();
            Assert.True(JsonArguments.Read(SegmentedBytes.SplitAt(bytes, at), Find, ValuePolicy.Default, tape).IsOk);
            Assert.Equal("\"ada é\\uD83D\\uDE00\", 3, [1L, 22L]", TapeText.Of(tape));
        }
    }

    [Fact]
    public void Read_DamagedArguments_NeverThrow() => Seeded.Run(5_000, random =>
    {
        var bytes = Mutation.Of("""{"ids":[1,22],"count":3,"unknown":{"a":"\u0041"},"customer":"ada"}"""u8, random);
        using var tape = new ValueTape();
        var status = JsonArguments.Read(SegmentedBytes.Random(bytes, random), Find, ValuePolicy.Default, tape);
        Assert.Equal(status.IsOk, !tape.Failed);
        if (status.IsOk)
        {
            Assert.Equal(3, tape.RootCount());
        }
    });

    [Fact]
    public void ReadAndWrite_SteadyState_AllocateNothingAndKeepNothing()
    {
        var payload = Json.Bytes("""{"ids":[1,22],"count":3,"customer":"ada"}""");
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        void Once()
        {
            tape.Reset();
            output.Truncate(0);
            JsonArguments.Read(payload, Find, ValuePolicy.Default, tape);
            JsonArguments.Write(tape, Find, ValuePolicy.Default, output);
        }

        var allocated = long.MaxValue;
        for (var round = 0; round < 3 && allocated != 0; round++)
        {
            allocated = PoolBalance.AllocatedBytes(() =>
            {
                for (var i = 0; i < 100; i++)
                {
                    Once();
                }
            });
        }

        Assert.Equal(0, allocated);
        Assert.Equal("""{"customer":"ada","count":3,"ids":[1,22]}""", Encoding.UTF8.GetString(output.Written));
        PoolBalance.AssertKeepsNothing(
            () =>
            {
                using var own = new ValueTape();
                var body = SegmentedBytes.Chunked("""{"ids":[1],"count":"wrong"}"""u8.ToArray(), 3);
                JsonArguments.Read(body, Find, ValuePolicy.Default, own);
            },
            "arguments");
    }

    [Fact]
    public void Write_Null_IsWrittenOrOmitted()
    {
        using var tape = new ValueTape();
        tape.AddNull();
        tape.AddInt32(1);
        tape.AddNull();
        using var output = new FrameWriter();
        Assert.True(JsonArguments.Write(tape, Find, ValuePolicy.Default, output).IsOk);
        Assert.Equal("""{"customer":null,"count":1,"ids":null}""", Encoding.UTF8.GetString(output.Written));
        output.Clear();
        Assert.True(JsonArguments.Write(tape, Find, ValuePolicy.Default with { OmitNull = true }, output).IsOk);
        Assert.Equal("""{"count":1}""", Encoding.UTF8.GetString(output.Written));
        output.Clear();
        Assert.True(JsonArguments.Write(tape, null, ValuePolicy.Default, output).IsOk);
        Assert.Equal("[null,1,null]", Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void Members_OfABinding_AreReadInAnyOrder()
    {
        var binding = Shapes.Binding(("customer", HttpSource.BodyMember), ("count", HttpSource.Query), ("list", HttpSource.BodyMember));
        foreach (var body in (string[])
        [
            """{"list":[1],"x":{},"customer":"ada"}""",
            """{"customer":"ada","list":[1]}""",
            """{"list":[1],"count":5,"c\u0075stomer":"ada"}""",
        ])
        {
            using var tape = new ValueTape();
            Assert.True(JsonMembers.Locate(Json.Bytes(body), binding, ValuePolicy.Default, tape, out var members).IsOk);
            using (members)
            {
                Assert.True(members.Has(0) && !members.Has(1) && members.Has(2));
                members.Read(0, Shapes.String, ValuePolicy.Default, tape);
                TextScalar.Read("3", Shapes.Int, tape);
                members.Read(2, Shapes.ListOf(Shapes.BoxedLong), ValuePolicy.Default, tape);
            }

            Assert.Equal("\"ada\", 3, [1L]", TapeText.Of(tape));
        }
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "a member appears twice at args (offset 7)")]
    [InlineData("[1]", "the body must be an object of named arguments at args (offset 0)")]
    [InlineData("""{"a":1""", "the JSON text ends inside a value at args[0] (offset 6)")]
    [InlineData("""{"a":[1}""", "expected a comma or ] at args[0] (offset 7)")]
    public void Members_OfAWrongBody_AreRefused(string body, string expected)
    {
        var binding = Shapes.Binding(("a", HttpSource.BodyMember));
        using var tape = new ValueTape();
        var status = JsonMembers.Locate(Json.Bytes(body), binding, ValuePolicy.Default, tape, out var members);
        members.Dispose();
        Assert.Equal(expected, status.ToString());
    }

    [Fact]
    public void Members_Fault_NamesTheOffsetInTheBody()
    {
        var binding = Shapes.Binding(("a", HttpSource.BodyMember), ("b", HttpSource.BodyMember));
        var body = SegmentedBytes.Chunked("""{"b":[true],"a":1}"""u8.ToArray(), 4);
        using var tape = new ValueTape();
        Assert.True(JsonMembers.Locate(body, binding, ValuePolicy.Default, tape, out var members).IsOk);
        using (members)
        {
            members.Read(0, Shapes.Int, ValuePolicy.Default, tape);
            Assert.Equal(
                "expected java.lang.Integer, found true at args[1][0] (offset 10)",
                members.Read(1, Shapes.ListOf(Shapes.Integer), ValuePolicy.Default, tape).ToString());
        }
    }

    [Fact]
    public void Members_MissingOnes_AreNullOrAFault()
    {
        var binding = Shapes.Binding(("a", HttpSource.BodyMember), ("b", HttpSource.BodyMember));
        using var tape = new ValueTape();
        Assert.True(JsonMembers.Locate(default, binding, ValuePolicy.Default, tape, out var members).IsOk);
        using (members)
        {
            Assert.True(members.Read(0, Shapes.Integer, ValuePolicy.Default, tape).IsOk);
            Assert.Equal("a value of type int is missing at args[1]", members.Read(1, Shapes.Int, ValuePolicy.Default, tape).ToString());
        }
    }

    private static string Read(string json, MethodShape? shape)
    {
        using var tape = new ValueTape();
        var status = JsonArguments.Read(Json.Bytes(json), shape, ValuePolicy.Default, tape);
        Assert.True(status.IsOk, status.ToString());
        return TapeText.Of(tape);
    }
}
