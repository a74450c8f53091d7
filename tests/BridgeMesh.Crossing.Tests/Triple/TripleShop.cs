using System.Buffers;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Grpc;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Triple;

/// <summary>The shop of <see cref="GrpcShop"/> as a Java interface: its messages are wrapped, and it may have overloads.</summary>
internal static class TripleShop
{
    internal const string Contract = GrpcShop.Contract + """

          com.acme.TripleService: { extends: [Service] }
        """;

    internal const string Overloaded = """
        services:
          com.acme.Service:
            abstract: true
            methods:
              find:
                - { parameters: { id: string }, returns: string }
                - { parameters: { number: int }, returns: string }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.TripleService: { extends: [Service] }
        """;

    internal const long Large = 9_007_199_254_740_993;

    private static readonly byte[] Item = JavaBytes.Object(
        "com.acme.Item",
        0,
        ("sku", JavaBytes.Text("sku-1 界")),
        ("quantity", JavaBytes.Int(2)),
        ("price", JavaBytes.Object("java.math.BigDecimal", 1, ("value", JavaBytes.Text("9.95")))));

    internal static byte[] RequestOf(string method) => method switch
    {
        "add" => JavaBytes.Request(("int", JavaBytes.Int(4)), ("long", JavaBytes.Long(Large))),
        "keep" => JavaBytes.Request(("com.acme.Item", Item)),
        _ => JavaBytes.Request(("java.lang.String", JavaBytes.Text("o1 😀"))),
    };

    internal static void AssertReply(string method, byte[] message)
    {
        Assert.Equal("hessian4", ProtoBytes.Text(message, 1));
        using var tape = new ValueTape();
        Assert.True(HessianPayloadCodec.Final.Read(new ReadOnlySequence<byte>(ProtoBytes.Bytes(message, 2)), null, ValuePolicy.Default, tape).IsOk);
        switch (method)
        {
            case "add":
                Assert.Equal(("long", Large + 4), (ProtoBytes.Text(message, 3), tape[0].AsInt64));
                break;
            case "keep":
                Assert.Equal("com.acme.Item", ProtoBytes.Text(message, 3));
                GrpcShop.AssertItem(tape);
                break;
            case "touch":
                Assert.Equal(("void", ValueKind.Null), (ProtoBytes.Text(message, 3), tape[0].Kind));
                break;
            default:
                Assert.Equal(("java.lang.String", "placed o1 😀"), (ProtoBytes.Text(message, 3), tape.Text(0)));
                break;
        }
    }

    /// <summary>A Java provider with these methods.</summary>
    internal static byte[] AnswerWrapped(HttpContext context, byte[] message)
    {
        var arguments = JavaBytes.Arguments(message);
        var types = string.Join(',', JavaBytes.Types(message));
        Assert.Equal("hessian4", ProtoBytes.Text(message, 1));
        switch (context.Request.Path.Value!.Split('/')[^1])
        {
            case "add":
                Assert.Equal("int,long", types);
                using (var tape = new ValueTape())
                {
                    Assert.Equal(JavaBytes.Int(4), arguments[0]);
                    HessianPayloadCodec.Final.Read(new ReadOnlySequence<byte>(arguments[1]), null, ValuePolicy.Default, tape);
                    return JavaBytes.Reply(JavaBytes.Long(4 + tape[0].AsInt64), "long");
                }

            case "keep":
                Assert.Equal("com.acme.Item", types);
                return JavaBytes.Reply(arguments[0], "com.acme.Item");
            case "touch":
                return JavaBytes.Reply([(byte)'N'], "void");
            case "find":
                return JavaBytes.Reply(JavaBytes.Text(types), "java.lang.String");
            default:
                Assert.Equal("java.lang.String", types);
                using (var tape = new ValueTape())
                {
                    HessianPayloadCodec.Final.Read(new ReadOnlySequence<byte>(arguments[0]), null, ValuePolicy.Default, tape);
                    return JavaBytes.Reply(JavaBytes.Text($"placed {tape.Text(0)}"), "java.lang.String");
                }
        }
    }

    /// <summary>The service's own exception, from Bolt or Dubbo.</summary>
    internal static void Throw(Exchange exchange, string type)
    {
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = "no stock";
        exchange.Reply.BeginObject(exchange.ExceptionType);
        exchange.Reply.Name(FieldName.Of("code"));
        exchange.Reply.AddInt32(7);
        exchange.Reply.Name(FieldName.Of("reason"));
        exchange.Reply.AddString("sold out");
        exchange.Reply.Name(ThrowableValue.Message);
        exchange.Reply.AddString("no stock");
        exchange.Reply.Name(ThrowableValue.StackTrace);
        exchange.Reply.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        exchange.Reply.End();
        exchange.Reply.End();
    }
}
