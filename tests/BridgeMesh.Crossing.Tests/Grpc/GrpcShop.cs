using System.Globalization;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>A service of which no descriptor says anything: its messages are the contract's canonical ones.</summary>
internal static class GrpcShop
{
    internal const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int, price: decimal }
          com.acme.OrderException:
            exception: checked
            fields: { code: int, reason: string }
        services:
          com.acme.Service:
            abstract: true
            methods:
              place: { parameters: { id: string }, returns: string, throws: [OrderException] }
              add: { parameters: { left: int, right: long }, returns: long }
              keep: { parameters: { item: Item }, returns: Item }
              touch: { parameters: { id: string }, returns: void }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
          com.acme.GrpcService: { extends: [Service] }
        """;

    /// <summary>quantity 2, price 9.95 as a google.type.Decimal.</summary>
    internal static readonly byte[] Item = ProtoBytes.Message((1, "sku-1 界"), (2, 2), (3, ProtoBytes.Message((1, "9.95"))));

    private const long Large = 9_007_199_254_740_993;

    /// <summary>The request messages, by method, and what a caller must get back.</summary>
    internal static byte[] RequestOf(string method) => method switch
    {
        "place" or "touch" => ProtoBytes.Message((1, "o1 😀")),
        "add" => ProtoBytes.Message((1, 4), (2, Large)),
        _ => Item,
    };

    internal static byte[] ResponseOf(string method) => method switch
    {
        "place" => ProtoBytes.Message((1, "placed o1 😀")),
        "add" => ProtoBytes.Message((1, Large + 4)),
        "touch" => [],
        _ => Item,
    };

    /// <summary>A Bolt or Dubbo service with these methods.</summary>
    internal static void AnswerFramed(Exchange exchange)
    {
        var request = exchange.Request;
        switch (exchange.Method)
        {
            case "place":
                exchange.Reply.AddString($"placed {request.Text(0)}");
                break;
            case "add":
                Assert.Equal(ValueKind.Int64, request[1].Kind);
                exchange.Reply.AddInt64(request[0].AsInt32 + request[1].AsInt64);
                break;
            case "keep":
                AssertItem(request);
                AddItem(exchange.Reply);
                break;
            default:
                break;
        }
    }

    /// <summary>An HTTP service with these methods, told apart by their arguments.</summary>
    internal static HttpAnswer AnswerHttp(string body) => body switch
    {
        """{"id":"o1 😀"}""" => new HttpAnswer(200, "\"placed o1 😀\""),
        """{"left":4,"right":"9007199254740993"}""" => new HttpAnswer(200, $"{Large + 4}"),
        """{"item":{"sku":"sku-1 界","quantity":2,"price":"9.95"}}""" => new HttpAnswer(200, body["{'item':".Length..^1]),
        _ => new HttpAnswer(400, $$"""{"message":{{System.Text.Json.JsonSerializer.Serialize(body)}}}"""),
    };

    /// <summary>A gRPC service with these methods.</summary>
    internal static byte[] AnswerGrpc(Microsoft.AspNetCore.Http.HttpContext context, byte[] message)
    {
        var method = context.Request.Path.Value!.Split('/')[^1];
        switch (method)
        {
            case "place":
                return ProtoBytes.Message((1, $"placed {ProtoBytes.Text(message, 1)}"));
            case "add":
                return ProtoBytes.Message((1, ProtoBytes.Number(message, 1) + ProtoBytes.Number(message, 2)));
            case "keep":
                Assert.Equal(Item, message);
                return message;
            case "touch":
                return [];
            default:
                throw new GrpcFailure(12, string.Create(CultureInfo.InvariantCulture, $"no method {method}"));
        }
    }

    /// <summary>Field by field, as each dialect of Hessian has an order of its own.</summary>
    internal static void AssertItem(ValueTape tape)
    {
        Assert.Equal(("com.acme.Item", 3), (tape[0].Type?.Text, tape[0].Count));
        Assert.Equal("sku-1 界", tape.Text(tape.FindField(0, "sku"u8)));
        Assert.Equal((ValueKind.Int32, 2), (tape[tape.FindField(0, "quantity"u8)].Kind, tape[tape.FindField(0, "quantity"u8)].AsInt32));
        Assert.Equal((ValueKind.Decimal, "9.95"), (tape[tape.FindField(0, "price"u8)].Kind, tape.Text(tape.FindField(0, "price"u8))));
    }

    internal static void AddItem(ValueTape tape)
    {
        tape.BeginObject(TypeName.Of("com.acme.Item"));
        tape.Name(FieldName.Of("sku"));
        tape.AddString("sku-1 界");
        tape.Name(FieldName.Of("quantity"));
        tape.AddInt32(2);
        tape.Name(FieldName.Of("price"));
        tape.AddDecimal(9.95m);
        tape.End();
    }
}
