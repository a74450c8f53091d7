using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>Every recorded generic call: read as the ordinary call that it stands for, and answered as the recorded provider did.</summary>
public class GoldenGenericTests
{
    /// <summary>
    /// The ordinary arguments of each call without a contract, where they are not what the caller sent: what its type names tell, what its
    /// maps say of their class, what its descriptors describe and its JSON texts mean.
    /// </summary>
    private static readonly Dictionary<string, string> Ordinary = new(StringComparer.Ordinal)
    {
        ["true-date-long"] = "@1700000000123",
        ["true-bigdecimal"] = "Decimal \"1.5\"",
        ["true-localdatetime"] = "(java.time.LocalDateTime)Text \"2024-01-02T03:04:05\"",
        ["true-wrong-arg-type"] = "1, 2",
        ["gson-saveUser"] = "[map{\"id\": 1, \"sku\": \"a\", \"price\": 5}]",
        ["bean-getUser"] = "\"bean\"",
        ["bean-pojo"] = "([com.example.bridge.Item)array[(com.example.bridge.Item){price: 100L, id: 1, sku: \"sku-1\"}]",
    };

    public static TheoryData<string, string> Recorded
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var golden in GoldenCase.Versions.SelectMany(v => GoldenCase.Load(v, "generic")).Where(g => g.Request is not null))
            {
                data.Add(golden.Version, golden.Name);
            }

            return data;
        }
    }

    /// <summary>A 3.2 consumer has no form for bean and sends nothing; everything else was recorded.</summary>
    [Fact]
    public void Recordings_AreAllThere() => Assert.Equal(27 + 25, Recorded.Count);

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Request_Read_IsTheOrdinaryCall(string version, string name)
    {
        var golden = GoldenCase.Get(version, "generic", name);
        var exchange = Frames.Read(golden.Request ?? []);
        if (name == "nativejava-denied")
        {
            // What a provider says to it, in its status and without its stack.
            Assert.True(exchange.AnsweredLocally);
            Assert.Equal(ExchangeStatus.PermissionDenied, exchange.Status);
            Assert.Equal(golden.Find("status")?.GetInt32(), Frames.Scan(Frames.Reply(exchange)).Status);
            return;
        }

        var args = golden.Find("expected", "args") ?? golden.Find("expected", "argsDecodedByJava") ?? default;
        Assert.Equal(args[0].GetProperty("value").GetString(), exchange.Method);
        Assert.Equal(args[2].GetProperty("items").GetArrayLength(), exchange.Request.RootCount());
        if (Ordinary.TryGetValue(name, out var expected))
        {
            Assert.Equal(expected, TapeText.Of(exchange.Request));
            return;
        }

        using var general = new ValueTape();
        Assert.True(Generaliser.CopyAll(exchange.Request, general).IsOk);
        var view = new ValueView(general);
        var root = 0;
        foreach (var arg in args[2].GetProperty("items").EnumerateArray())
        {
            // A map that the caller did not give a class got the one of its parameter.
            if (name is not ("true-saveUser-without-class" or "true-many-cycle"))
            {
                Assert.Null(view.Difference(root, MapOrder.Of(arg, general), "args"));
            }

            root = general.Next(root);
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Result_GivenToTheCaller_IsWhatTheRecordedProviderGave(string version, string name)
    {
        var golden = GoldenCase.Get(version, "generic", name);
        if (golden.Response is not { } recorded || Frames.Scan(recorded).Status != 20 || (recorded[16] - 0x90) % 3 == 0)
        {
            return;
        }

        var exchange = Frames.Opened(golden.Request ?? []);
        var form = CallerFlags.Unpack(exchange.CallerFlags).Generic;
        ReadTyped(exchange, recorded, form);
        var reply = Frames.Reply(exchange);
        if (form == GenericForm.Bean)
        {
            // A LinkedHashMap and the class definition keep their order: byte for byte.
            Assert.Equal(Convert.ToHexStringLower(recorded), Convert.ToHexStringLower(reply));
            return;
        }

        var seen = Frames.Answered(new Exchange { Signature = JavaSignature.None }, reply);
        var expected = MapOrder.Of(golden.Find("expected", "result") ?? default, seen.Reply);
        Assert.Null(new ValueView(seen.Reply).Difference(0, expected, "result"));
        Assert.Equal(recorded[16], reply[16]);
    }

    internal static bool IsGeneric(GoldenCase golden) =>
        golden.Find("requestDecoded", "method")?.ToString() is GenericCall.Method or GenericCall.AsyncMethod;

    /// <summary>What a callee of another protocol would have answered: the typed value behind the recorded, generalised one.</summary>
    private static void ReadTyped(Exchange exchange, byte[] recorded, GenericForm form)
    {
        if (form == GenericForm.Bean)
        {
            var described = Frames.Answered(new Exchange { Signature = JavaSignature.None }, recorded);
            using var transfer = new TapeTransfer(described.Reply, exchange.Reply);
            BeanRealiser.Copy(in transfer, 0);
            Assert.False(exchange.Reply.Failed, exchange.Reply.Status.ToString());
            return;
        }

        // Without signature and contract the call went through $invoke, and its result is realised.
        var signature = exchange.Signature;
        exchange.Signature = null;
        Frames.Answered(exchange, recorded);
        exchange.Signature = signature;
        Assert.DoesNotContain("\"class\"", TapeText.Of(exchange.Reply), StringComparison.Ordinal);
    }
}
