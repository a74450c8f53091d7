using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace Acme.Ledger;

public sealed class LedgerArgumentsTests
{
    private static readonly ServiceContract Contract = new(new ServiceKey("com.acme.Shop"), [Method("store", "name", "java.lang.String", "data", "[B")]);

    [Fact]
    public void Arguments_ByNameInAnyOrder_StandInTheContractsOrder() =>
        Assert.Equal("\"n\", 0x0102", Read("""{"data":"AQI=","name":"n"}""", out _));

    [Fact]
    public void Arguments_ByPosition_AreTakenAsTheyCome() => Assert.Equal("\"n\", 0x0102", Read("""["n","AQI="]""", out _));

    [Fact]
    public void Arguments_LeftOut_AreNull() => Assert.Equal("null, 0x", Read("""{"data":""}""", out _));

    [Theory]
    [InlineData("""{"data":"AQI=","name":"n","more":1}""", CodecError.TypeMismatch)]
    [InlineData("""{"name":"n","name":"m"}""", CodecError.TypeMismatch)]
    [InlineData("""{"data":"not base64!"}""", CodecError.TypeMismatch)]
    [InlineData("7", CodecError.Malformed)]
    public void Arguments_ThatDoNotFit_AreRefused(string args, CodecError error)
    {
        Read(args, out var status);
        Assert.Equal(error, status.Error);
        Assert.NotNull(status.Detail);
    }

    [Fact]
    public void Arguments_ByNameWithoutContract_AreRefused()
    {
        Read("""{"name":"n"}""", out var status, withContract: false);
        Assert.Equal(CodecError.TypeMismatch, status.Error);
        Assert.Contains("contract", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_WithHalfAPair_IsKept()
    {
        Assert.Equal("\"a\\uD83D\"", Read("""["a\ud83d"]""", out var status, withContract: false));
        Assert.True(status.IsOk, status.ToString());
    }

    [Fact]
    public void Exception_ToACaller_HasNoStackTraceAndNoCause()
    {
        var exchange = new Exchange { Status = ExchangeStatus.RuntimeException, ExceptionType = TypeName.Of("java.lang.E"), Message = "m" };
        exchange.Reply.BeginObject(exchange.ExceptionType);
        exchange.Reply.Name(FieldName.Of("cause"));
        exchange.Reply.AddReference(0);
        exchange.Reply.Name(FieldName.Of("stackTrace"));
        exchange.Reply.BeginList();
        exchange.Reply.AddString("at com.acme.Secret"u8);
        exchange.Reply.End();
        exchange.Reply.Name(FieldName.Of("code"));
        exchange.Reply.AddInt32(7);
        exchange.Reply.End();
        using var output = new FrameWriter();
        Assert.True(new LedgerCodec().WriteReply(exchange, output).IsOk);
        Assert.Equal(
            """{"error":{"status":"RuntimeException","type":"java.lang.E","message":"m","value":{"code":7}}}""",
            Encoding.UTF8.GetString(output.Written[LedgerFrame.HeadBytes..]));
    }

    private static string Read(string args, out CodecStatus status, bool withContract = true)
    {
        using var output = new FrameWriter();
        var start = LedgerFrame.Begin(output, LedgerFrame.Request, 1, 0);
        output.Write(Encoding.UTF8.GetBytes($$"""{"service":"com.acme.Shop","method":"store","args":{{args}}}"""));
        LedgerFrame.End(output, start);
        var codec = new LedgerCodec();
        var frame = SegmentedBytes.Whole(output.Written);
        Assert.True(codec.Scan(frame, FrameLimits.Default, out var header).IsWhole);
        var exchange = new Exchange { CallerHeader = header, RequestFrame = frame, Contract = withContract ? Contract : null };
        Assert.True(codec.OpenRequest(exchange).IsOk);
        status = codec.ReadRequest(exchange);
        return TapeText.Of(exchange.Request);
    }

    private static MethodShape Method(string name, params string[] namesAndTypes)
    {
        var parameters = namesAndTypes.Chunk(2).Select(p => new ParameterShape(p[0], Shape(p[1]))).ToArray();
        return new MethodShape
        {
            Name = name,
            Parameters = [.. parameters],
            Returns = Shape("void"),
            Signature = JavaSignature.OfTypeNames(parameters.Select(p => p.Type.JavaType.Text)),
        };
    }

    private static TypeShape Shape(string type) => new()
    {
        Kind = type switch
        {
            "[B" => ShapeKind.Bytes,
            "void" => ShapeKind.Void,
            _ => ShapeKind.String,
        },
        JavaType = TypeName.Of(type),
        JavaDescriptor = JavaDescriptors.ToDescriptor(type),
    };
}
