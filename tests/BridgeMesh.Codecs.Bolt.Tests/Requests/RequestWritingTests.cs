using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Requests;

public sealed class RequestWritingTests
{
    [Fact]
    public void WriteRequest_ArgumentsOfUnknownTypes_NamesTheCure()
    {
        var call = NewCall("echoString");
        call.Request.AddString("x");
        using var output = new FrameWriter();
        var status = Frames.Codec.WriteRequest(call, 1, output);
        Assert.Equal(CodecError.Unrepresentable, status.Error);
        Assert.Contains("no contract declares ", status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void WriteRequest_OtherNumberOfArguments_IsRefused()
    {
        var call = NewCall("echoString");
        call.Signature = JavaSignature.OfTypeNames(["java.lang.String", "int"]);
        call.Request.AddString("x");
        using var output = new FrameWriter();
        Assert.Equal(CodecError.TypeMismatch, Frames.Codec.WriteRequest(call, 1, output).Error);
    }

    [Fact]
    public void WriteRequest_ShapeOfAContract_NamesTheDeclaredTypes()
    {
        var call = NewCall("echoString");
        call.Shape = Shapes.Method("echoString", Shapes.Text, ("value", Shapes.Text));
        call.Request.AddString("x");
        Assert.Equal(JavaSignature.OfTypeNames(["java.lang.String"]), Frames.Read(Frames.WriteRequest(call, 1)).Signature);
    }

    [Fact]
    public void WriteRequest_ServiceWithoutVersion_GetsSofasDefault()
    {
        var call = NewCall("ping");
        call.CalleeService = new ServiceKey("com.example.X", UniqueId: "u", Group: "dubbo-group");
        Assert.Equal(new ServiceKey("com.example.X", "1.0", UniqueId: "u"), Frames.Opened(Frames.WriteRequest(call, 1)).Service);
    }

    [Fact]
    public void WriteRequest_TimeLeftAndId_AreInTheFixedPart()
    {
        var header = Frames.Scan(Frames.WriteRequest(NewCall("ping"), 0xFEDC_BA98));
        Assert.Equal((1_000, 0xFEDC_BA98UL, false), (header.TimeoutMs, header.CorrelationId, header.OneWay));
    }

    [Fact]
    public void WriteRequest_OneWay_SaysMinusOneAndOneWay()
    {
        var call = NewCall("ping");
        call.OneWay = true;
        var frame = Frames.WriteRequest(call, 0);
        Assert.Equal("ffffffff", Convert.ToHexStringLower(frame.AsSpan(10, 4)));
        Assert.Contains(("type", "oneway"), HeaderPairs.Of(frame));
        Assert.True(Frames.Scan(frame).OneWay);
    }

    [Theory]
    [InlineData("4.0", 'C')]
    [InlineData("3.0", 'O')]
    [InlineData(null, 'O')]
    public void WriteRequest_InstancesHessianVersion_DecidesTheDialect(string? version, char classDefinition)
    {
        var call = NewCall("ping");
        call.Instance = Instances.Of(version);
        var frame = Frames.WriteRequest(call, 1);
        Assert.Equal(classDefinition, (char)frame[Frames.Scan(frame).ContentOffset()]);
        Assert.Equal("ping", Frames.Read(frame).Method);
    }

    private static Exchange NewCall(string method) => new()
    {
        CalleeService = new ServiceKey("com.example.bridge.DemoService", "1.0"),
        Method = method,
        RemainingMs = 1_000,
    };
}
