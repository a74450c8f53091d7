using System.Buffers;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Faults;

public sealed class FieldViolationTests
{
    [Fact]
    public void Write_AnArgumentFaultWithAPath_ReadsBackAtTheOtherEnd()
    {
        var exchange = new Exchange();
        exchange.SetFault(ExchangeStatus.InvalidArgument, CodecStatus.Fail(CodecError.TypeMismatch, "expected a number", path: "args[0].items[3].price"));
        using var output = new FrameWriter();
        Assert.True(FieldViolation.Write(exchange, output));
        var received = new Exchange();
        received.SetFault(ExchangeStatus.InvalidArgument, "wrong");
        FieldViolation.Read(received, new ReadOnlySequence<byte>(output.WrittenMemory));
        Assert.Equal("args[0].items[3].price", received.FaultPath);
        Assert.Equal("wrong: args[0].items[3].price: expected a number at args[0].items[3].price", received.Message);
    }

    [Fact]
    public void Write_WithoutAPathOrOfAnotherFault_IsNothing()
    {
        using var output = new FrameWriter();
        var exchange = new Exchange();
        exchange.SetFault(ExchangeStatus.InvalidArgument, "no service");
        Assert.False(FieldViolation.Write(exchange, output));
        exchange.SetFault(ExchangeStatus.BadGateway, CodecStatus.Fail(CodecError.TypeMismatch, "wrong", path: "result"));
        Assert.False(FieldViolation.Write(exchange, output));
        Assert.Equal(0, output.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0a00")]
    [InlineData("ff")]
    public void Read_WhatNamesNoField_LeavesTheFaultAlone(string hex)
    {
        var exchange = new Exchange();
        exchange.SetFault(ExchangeStatus.InvalidArgument, "wrong");
        FieldViolation.Read(exchange, new ReadOnlySequence<byte>(Convert.FromHexString(hex)));
        Assert.Equal(("wrong", null), (exchange.Message, exchange.FaultPath));
    }
}
