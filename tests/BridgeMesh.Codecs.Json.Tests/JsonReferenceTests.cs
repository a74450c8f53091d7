using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>Shared values and cycles by each policy.</summary>
public sealed class JsonReferenceTests
{
    private static readonly ValuePolicy Ref = new() { Cycles = CycleForm.Ref };
    private static readonly TypeShape Node = MakeNode();

    [Fact]
    public void Write_Shared_IsCopiedReferredToOrRefused()
    {
        Assert.Equal("""[{"sku":"s"},{"sku":"s"}]""", Json.Write(Shared));
        Assert.Equal("""[{"sku":"s"},{"$ref":"$[0]"}]""", Json.Write(Shared, null, Ref));
        Assert.Equal(
            "the value of args[0][0] is here again, which JSON cannot say at args[0][1]",
            Json.WriteFault(Shared, null, new() { Cycles = CycleForm.Reject }).ToString());
    }

    [Fact]
    public void Write_Cycle_IsRefusedOrReferredTo()
    {
        Assert.Equal("a cycle: the value of args[0] contains itself at args[0].next", Json.WriteFault(Cycle, Node).ToString());
        Assert.Equal("""{"name":"a","next":{"$ref":"$"}}""", Json.Write(Cycle, Node, Ref));
        Assert.Equal(CodecError.Unrepresentable, Json.WriteFault(Cycle, Node, new() { Cycles = CycleForm.Reject }).Error);
    }

    [Fact]
    public void Write_SharedScalars_AreAlwaysCopied() => Assert.Equal(
        """["9.95","9.95"]""",
        Json.Write(
            t =>
            {
                t.BeginList();
                t.AddText(ValueKind.Decimal, "9.95");
                t.AddReference(1);
                t.End();
            },
            null,
            new() { Cycles = CycleForm.Reject }));

    [Fact]
    public void Write_ReferencesThatMultiply_StopAtTheBudget()
    {
        static void Bomb(ValueTape tape)
        {
            tape.BeginList();
            tape.AddString("x");
            tape.End();
            for (var level = 0; level < 60; level++)
            {
                var target = level == 0 ? 0 : tape.Count - 4;
                tape.BeginList();
                tape.AddReference(target);
                tape.AddReference(target);
                tape.AddReference(target);
                tape.End();
            }
        }

        using var bomb = new ValueTape();
        Bomb(bomb);
        var last = bomb.Count - 4;
        using var output = new FrameWriter();
        var status = JsonPayloadCodec.Instance.Write(bomb, last, null, ValuePolicy.Default, output);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.True(output.Length < 64 << 20);
    }

    [Fact]
    public void Write_LargeTextSharedOften_StopsAtTheBudget()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxTextBytes = 1 << 20 });
        tape.BeginList();
        tape.BeginList();
        tape.AddString(new string('x', 1 << 19));
        tape.End();
        for (var i = 0; i < 1_000; i++)
        {
            tape.AddReference(1);
        }

        tape.End();
        using var output = new FrameWriter();
        Assert.Equal(CodecError.OverBudget, JsonPayloadCodec.Instance.Write(tape, 0, null, ValuePolicy.Default, output).Error);
        Assert.True(output.Length < 4 << 20);
    }

    [Fact]
    public void Read_Ref_IsTheSameValueAgain()
    {
        Assert.Equal("#0=(com.acme.Node){name: \"a\", next: #0}", Json.ReadText("""{"name":"a","next":{"$ref":"$"}}""", Node, Ref));
        Assert.Equal(
            "[#1=map{\"a b\": #3=[1]}, #1, #3]",
            Json.ReadText("""[{"a b":[1]},{"$ref":"$[0]"},{"$ref":"$[0][\"a b\"]"}]""", null, Ref));
    }

    [Theory]
    [InlineData("""{"next":{"$ref":"$.next"}}""")]
    [InlineData("""{"next":{"$ref":"$.nowhere"}}""")]
    [InlineData("""{"name":"a","next":{"$ref":"$.name"}}""")]
    [InlineData("""{"next":{"$ref":"$[0]"}}""")]
    [InlineData("""{"next":{"$ref":"next"}}""")]
    [InlineData("""{"next":{"$ref":""}}""")]
    [InlineData("""{"next":{"$ref":"$["}}""")]
    [InlineData("""{"next":{"$ref":"$[\""}}""")]
    [InlineData("""{"next":{"$ref":"$[99999999999]"}}""")]
    public void Read_RefToNothing_IsRefused(string json)
    {
        var status = Json.Fault(json, Node, Ref);
        Assert.Equal((CodecError.TypeMismatch, "args[0].next"), (status.Error, status.Path));
    }

    [Fact]
    public void Read_RefToAnotherType_IsRefused()
    {
        var pair = Shapes.Struct("com.acme.Pair", ("any", Shapes.Any), ("node", Node));
        Assert.Equal(
            "$ref names a value that is no com.acme.Node at args[0].node (offset 30)",
            Json.Fault("""{"any":{"a":1},"node":{"$ref":"$.any"}}""", pair, Ref).ToString());
    }

    [Fact]
    public void Read_RefWithoutThePolicy_IsAnOrdinaryMember() =>
        Assert.Equal("map{\"$ref\": \"$\"}", Json.ReadText("""{"$ref":"$"}"""));

    [Fact]
    public void Arguments_SharedBetweenThem_AreReferredToByName()
    {
        var method = Shapes.Method(("first", Shapes.Item), ("second thing", Shapes.ListOf(Shapes.Item)));
        using var tape = new ValueTape();
        tape.BeginObject(Shapes.Item.JavaType);
        tape.Name(FieldName.Of("sku"));
        tape.AddString("s");
        tape.End();
        tape.BeginList();
        tape.AddReference(0);
        tape.BeginObject(Shapes.Item.JavaType);
        tape.End();
        tape.AddReference(4);
        tape.End();
        using var output = new FrameWriter();
        Assert.True(JsonArguments.Write(tape, method, Ref, output).IsOk);
        var json = Encoding.UTF8.GetString(output.Written);
        Assert.Equal("""{"first":{"sku":"s"},"second thing":[{"$ref":"$.first"},{},{"$ref":"$[\"second thing\"][1]"}]}""", json);

        using var read = new ValueTape();
        Assert.True(JsonArguments.Read(Json.Bytes(json), method, Ref, read).IsOk, read.Status.ToString());
        TapeAssert.Equal(tape, read);

        // One argument alone is a document of its own: what it shares with another is written out.
        output.Clear();
        Assert.True(JsonPayloadCodec.Instance.Write(tape, 2, null, Ref, output).IsOk);
        Assert.Equal("""[{"sku":"s"},{},{"$ref":"$[1]"}]""", Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void Arguments_WithoutNames_AreReferredToByNumber()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.End();
        tape.AddReference(0);
        using var output = new FrameWriter();
        Assert.True(JsonArguments.Write(tape, null, Ref, output).IsOk);
        Assert.Equal("""[[],{"$ref":"$[0]"}]""", Encoding.UTF8.GetString(output.Written));
        using var read = new ValueTape();
        Assert.True(JsonArguments.Read(Json.Bytes("""[[],{"$ref":"$[0]"}]"""), null, Ref, read).IsOk);
        TapeAssert.Equal(tape, read);
    }

    private static void Shared(ValueTape tape)
    {
        tape.BeginList();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("sku"));
        tape.AddString("s");
        tape.End();
        tape.AddReference(1);
        tape.End();
    }

    private static void Cycle(ValueTape tape)
    {
        tape.BeginObject(Node.JavaType);
        tape.Name(FieldName.Of("name"));
        tape.AddString("a");
        tape.Name(FieldName.Of("next"));
        tape.AddReference(0);
        tape.End();
    }

    private static TypeShape MakeNode()
    {
        var type = TypeName.Of("com.acme.Node");
        var fields = new StructShape(type, false);
        var node = new TypeShape { Kind = ShapeKind.Struct, JavaType = type, JavaDescriptor = "Lcom/acme/Node;", Struct = fields };
        fields.SetFields([new(FieldName.Of("name"), Shapes.String), new(FieldName.Of("next"), node)]);
        return node;
    }
}
