using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>One request message and a method's parameters.</summary>
public sealed class ArgumentsTests
{
    private static readonly TypeShape Int = Of(ShapeKind.Int32, "int", nullable: false);
    private static readonly TypeShape Text = Of(ShapeKind.String, "java.lang.String");
    private static readonly TypeShape Void = Of(ShapeKind.Void, "void", nullable: false);

    private static readonly TypeShape Ints = new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = Of(ShapeKind.Int32, "java.lang.Integer"),
    };

    [Fact]
    public void SeveralParameters_AreFieldsInTheirOrder()
    {
        var find = Method("find", Text, ("name", Text), ("count", Int), ("ids", Ints));
        Assert.Equal("0A016110051A020102", Request(find, t => Fill(t, "a", 5, [1, 2])));
        Assert.Equal("\"a\", 5, [1, 2]", Arguments(find, "0A016110051A020102"));
        Assert.Equal("\"a\", 5, [1, 2]", Arguments(find, "180110050A0161" + "1802"));
        Assert.Equal("null, 0, []", Arguments(find, ""));
        Assert.Equal("1002", Request(find, t => Fill(t, null, 2, [])));
    }

    [Fact]
    public void AMissingNull_StaysApartFromAnEmptyText()
    {
        var say = Method("say", Void, ("text", Text), ("other", Text));
        Assert.Equal("\"\", null", Arguments(say, "0A00"));
    }

    [Fact]
    public void NoParametersAndNoResult_AreEmptyMessages()
    {
        var ping = Method("ping", Void);
        Assert.Equal(string.Empty, Request(ping, static _ => { }));
        Assert.Equal(string.Empty, Arguments(ping, "F80701"));
        using var tape = new ValueTape();
        Assert.True(ProtobufArguments.ReadResult(default, ping, ValuePolicy.Default, tape).IsOk);
        Assert.Equal(0, tape.Count);
        Assert.False(ProtobufArguments.ReadResult(new ReadOnlySequence<byte>([0x0A, 0x05]), ping, ValuePolicy.Default, tape).IsOk);
    }

    [Fact]
    public void AScalarOrListResult_IsTheFieldValue()
    {
        var count = Method("count", Int);
        var list = Method("list", Ints);
        Assert.Equal("0805", Result(count, t => t.AddInt32(5)));
        Assert.Equal("0", ResultOf(count, ""));
        Assert.Equal("0A020102", Result(list, t => Fill(t, [1, 2])));
        Assert.Equal("[1, 2]", ResultOf(list, "0A020102"));
        Assert.Equal("[]", ResultOf(list, ""));
    }

    [Fact]
    public void DescribedMethods_TakeTheirMessageWhole()
    {
        var contract = Peer.Loaded.Contracts.Single(c => c.Service.Interface == "bridgemesh.test.KindsService");
        var echo = contract.Find("Echo", null)!;
        Assert.Equal("(bridgemesh.test.Kinds)", Arguments(echo, "720161")[..23]);
        Assert.True(contract.Find("Ping", null) is { Parameters.Length: 0, Idempotent: true, Returns.Kind: ShapeKind.Void });
        Assert.True(contract.Find("Watch", null) is { ServerStreaming: true, ClientStreaming: false });
        Assert.True(contract.Find("Collect", null) is { ServerStreaming: false, ClientStreaming: true, Returns.Kind: ShapeKind.Int64 });
        Assert.True(contract.Find("Chat", null) is { ServerStreaming: true, ClientStreaming: true });
        Assert.True(contract.Policy.ProtoJson);
    }

    [Fact]
    public void NestedLists_AreMessagesOfOneField()
    {
        var nested = new TypeShape { Kind = ShapeKind.List, JavaType = Ints.JavaType, JavaDescriptor = Ints.JavaDescriptor, Element = Ints };
        var method = Method("nest", nested);
        Assert.Equal("[[1, 2], [], [3]]", ResultOf(method, "0A040A020102" + "0A00" + "0A030A0103"));
    }

    private static string Arguments(MethodShape method, string hex)
    {
        using var tape = new ValueTape();
        var status = ProtobufArguments.Read(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), method, ValuePolicy.Default, tape);
        Assert.True(status.IsOk, status.ToString());
        return TapeText.Of(tape);
    }

    private static string ResultOf(MethodShape method, string hex)
    {
        using var tape = new ValueTape();
        var status = ProtobufArguments.ReadResult(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), method, ValuePolicy.Default, tape);
        Assert.True(status.IsOk, status.ToString());
        return TapeText.Of(tape);
    }

    private static string Request(MethodShape method, Action<ValueTape> fill)
    {
        using var tape = new ValueTape();
        fill(tape);
        using var output = new FrameWriter();
        var status = ProtobufArguments.Write(tape, method, ValuePolicy.Default, output);
        Assert.True(status.IsOk, status.ToString());
        return Convert.ToHexString(output.Written);
    }

    private static string Result(MethodShape method, Action<ValueTape> fill)
    {
        using var tape = new ValueTape();
        fill(tape);
        using var output = new FrameWriter();
        var status = ProtobufArguments.WriteResult(tape, method, ValuePolicy.Default, output);
        Assert.True(status.IsOk, status.ToString());
        return Convert.ToHexString(output.Written);
    }

    private static void Fill(ValueTape tape, string? name, int count, int[] ids)
    {
        _ = name is null ? tape.AddNull() : tape.AddString(name);
        tape.AddInt32(count);
        Fill(tape, ids);
    }

    private static void Fill(ValueTape tape, int[] ids)
    {
        tape.BeginList();
        Array.ForEach(ids, id => tape.AddInt32(id));
        tape.End();
    }

    private static MethodShape Method(string name, TypeShape returns, params (string Name, TypeShape Type)[] parameters) => new()
    {
        Name = name,
        Parameters = [.. parameters.Select(p => new ParameterShape(p.Name, p.Type))],
        Returns = returns,
        Signature = JavaSignature.None,
    };

    private static TypeShape Of(ShapeKind kind, string java, bool nullable = true) =>
        new() { Kind = kind, JavaType = TypeName.Of(java), JavaDescriptor = JavaDescriptors.ToDescriptor(java), Nullable = nullable };
}
