using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Identity;

/// <summary>Values that are one to their sender are one to their receiver between Bolt and Dubbo, whose dialects number them differently.</summary>
public sealed class SharedValuesTests
{
    private const string Contract = """
        types:
          com.acme.Node: { fields: { name: string, next: Node, peers: list<Node>, index: "map<string, Node>" } }
        services:
          com.acme.Service:
            abstract: true
            methods:
              one: { parameters: { value: any }, returns: any }
              node: { parameters: { value: Node }, returns: Node }
              two: { parameters: { left: Node, right: Node }, returns: any }
          com.acme.BoltService: { extends: [Service] }
          com.acme.DubboService: { extends: [Service] }
          com.acme.HttpService: { extends: [Service] }
        """;

    private static readonly TypeName Node = TypeName.Of("com.acme.Node");

    private static readonly Dictionary<string, Action<ValueTape>> Values = new(StringComparer.Ordinal)
    {
        ["list that holds an object twice"] = static t =>
        {
            t.BeginList();
            var node = Begin(t, "a");
            t.End();
            t.AddReference(node);
            t.End();
        },
        ["list that holds itself"] = static t =>
        {
            var list = t.BeginList();
            t.AddInt32(1);
            t.AddReference(list);
            t.End();
        },
        ["map that holds a list twice and itself"] = static t =>
        {
            var map = t.BeginMap();
            t.AddString("a"u8);
            var list = t.BeginList();
            t.AddInt32(1);
            t.End();
            t.AddString("b"u8);
            t.AddReference(list);
            t.AddString("c"u8);
            t.AddReference(map);
            t.End();
        },
        ["object whose field is itself"] = static t =>
        {
            var node = Begin(t, "a");
            t.Name(FieldName.Of("next"));
            t.AddReference(node);
            t.End();
        },
        ["two objects that hold each other"] = static t =>
        {
            var node = Begin(t, "a");
            t.Name(FieldName.Of("next"));
            Begin(t, "b");
            t.Name(FieldName.Of("next"));
            t.AddReference(node);
            t.End();
            t.End();
        },
        ["object in its own list and map"] = static t =>
        {
            var node = Begin(t, "a");
            t.Name(FieldName.Of("peers"));
            t.BeginList();
            t.AddReference(node);
            var peer = Begin(t, "b");
            t.End();
            t.AddReference(peer);
            t.End();
            t.Name(FieldName.Of("index"));
            t.BeginMap();
            t.AddString("self"u8);
            t.AddReference(node);
            t.AddString("peer"u8);
            t.AddReference(peer);
            t.End();
            t.End();
        },
    };

    public static TheoryData<string, string, string, bool> Cases()
    {
        var data = new TheoryData<string, string, string, bool>();
        foreach (var value in Values.Keys)
        {
            foreach (var typed in new[] { false, true })
            {
                data.Add("bolt", "dubbo", value, typed);
                data.Add("dubbo", "bolt", value, typed);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task SharedValue_ThereAndBack_IsStillShared(string caller, string callee, string value, bool typed)
    {
        var isNode = value.Contains("object", StringComparison.Ordinal) && !value.Contains("list that", StringComparison.Ordinal);
        var (method, types) = typed && isNode ? ("node", "com.acme.Node") : ("one", "java.lang.Object");
        var atCallee = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync(typed ? Contract : null, e =>
        {
            atCallee = Graph(e.Request, 0);
            Values[value](e.Reply);
        });
        var seen = await gateway.CallAsync(caller, callee, method, types, e => Values[value](e.Request));

        Assert.Equal(ExchangeStatus.Ok, seen.Status);
        using var sent = new ValueTape();
        Values[value](sent);
        Assert.Equal(Graph(sent, 0), atCallee);
        Assert.Equal(Graph(sent, 0), Graph(seen.Reply, 0));
    }

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task OneObject_AsTwoArguments_IsOneAtTheCallee(string caller, string callee)
    {
        var atCallee = false;
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, e =>
        {
            var second = e.Request.Next(0);
            atCallee = e.Request[second].Kind == ValueKind.Reference && e.Request.Resolve(second) == 0;
            e.Reply.AddNull();
        });
        var seen = await gateway.CallAsync(caller, callee, "two", "com.acme.Node,com.acme.Node", static e =>
        {
            var node = Begin(e.Request, "a");
            e.Request.End();
            e.Request.AddReference(node);
        });
        Assert.Equal(ExchangeStatus.Ok, seen.Status);
        Assert.True(atCallee);
    }

    [Theory]
    [InlineData("copy", """{"left":{"name":"a","next":null,"peers":null,"index":null},"right":{"name":"a","next":null,"peers":null,"index":null}}""")]
    [InlineData("ref", """{"left":{"name":"a","next":null,"peers":null,"index":null},"right":{"$ref":"$.left"}}""")]
    [InlineData("reject", null)]
    public async Task OneObject_AsTwoArguments_IsWhatThePolicySaysInJson(string policy, string? body)
    {
        foreach (var caller in new[] { "bolt", "dubbo" })
        {
            string? seenBody = null;
            await using var gateway = await GatewayUnderTest.StartAsync($"{Contract}\nvalues: {{ references: {policy} }}", http: b =>
            {
                seenBody = b;
                return new HttpAnswer(200, "null");
            });
            var seen = await gateway.CallAsync(caller, "http", "two", "com.acme.Node,com.acme.Node", static e =>
            {
                var node = Begin(e.Request, "a");
                foreach (var name in new[] { "next", "peers", "index" })
                {
                    e.Request.Name(FieldName.Of(name));
                    e.Request.AddNull();
                }

                e.Request.End();
                e.Request.AddReference(node);
            });
            Assert.Equal(body is null ? ExchangeStatus.InvalidArgument : ExchangeStatus.Ok, seen.Status);
            Assert.Equal(body, seenBody);
        }
    }

    [Theory]
    [InlineData("copy", ExchangeStatus.InvalidArgument)]
    [InlineData("reject", ExchangeStatus.InvalidArgument)]
    [InlineData("ref", ExchangeStatus.Ok)]
    public async Task Cycle_ToAnHttpCallee_IsRefusedWithItsPathUnlessReferredTo(string policy, ExchangeStatus status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            $"{Contract}\nvalues: {{ references: {policy} }}", http: static _ => new HttpAnswer(200, "null"));
        var seen = await gateway.CallAsync("bolt", "http", "node", "com.acme.Node", e => Values["object whose field is itself"](e.Request));
        Assert.Equal(status, seen.Status);
        Assert.Equal(status != ExchangeStatus.Ok, seen.Message?.Contains("args[0].next", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task RefInJson_ToACalleeInJava_IsTheSameObject(string callee)
    {
        var atCallee = string.Empty;
        await using var gateway = await GatewayUnderTest.StartAsync($"{Contract}\nvalues: {{ references: ref }}", e =>
        {
            atCallee = Graph(e.Request, 0);
            Values["two objects that hold each other"](e.Reply);
        });
        var answer = await gateway.PostAsync(callee, "node", """{"value":{"name":"a","next":{"name":"b","next":{"$ref":"$.value"}}}}""");
        Assert.Equal("#0 com.acme.Node(name=a next=#1 com.acme.Node(name=b next=@0))", atCallee);
        var body = answer.Body.Replace(",\"peers\":null,\"index\":null", "", StringComparison.Ordinal);
        Assert.Equal("""{"name":"a","next":{"name":"b","next":{"$ref":"$"}}}""", body);
    }

    [Theory]
    [InlineData("bolt", "copy")]
    [InlineData("dubbo", "copy")]
    public async Task ReferenceBomb_ToAnHttpCallee_IsRefusedWithinTheBudget(string caller, string policy)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            $"{Contract}\nvalues: {{ references: {policy} }}", http: static _ => throw new InvalidOperationException("must not be called"));
        var seen = await gateway.CallAsync(caller, "http", "one", "java.lang.Object", static e => Bomb(e.Request));
        Assert.Equal(ExchangeStatus.InvalidArgument, seen.Status);
        Assert.Contains("shared values take too much room", seen.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public async Task ReferenceBomb_ToAnHttpCaller_IsRefusedWithinTheBudget(string callee)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, static e => Bomb(e.Reply));
        var answer = await gateway.PostAsync(callee, "one", """{"value":1}""");
        Assert.Equal(413, answer.Status);
        Assert.Contains("shared values take too much room", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bolt", "dubbo")]
    [InlineData("dubbo", "bolt")]
    public async Task ReferenceBomb_BetweenBoltAndDubbo_StaysAsSmallAsItWas(string caller, string callee)
    {
        var tokens = 0;
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, e =>
        {
            tokens = e.Request.Count;
            e.Reply.AddNull();
        });
        var seen = await gateway.CallAsync(caller, callee, "one", "java.lang.Object", static e => Bomb(e.Request));
        Assert.Equal((ExchangeStatus.Ok, true), (seen.Status, tokens is > 60 and < 200));
    }

    /// <summary>Each list holds the one before it twice: 2^30 values once written out.</summary>
    private static void Bomb(ValueTape tape)
    {
        tape.BeginList();
        var last = tape.BeginList();
        tape.AddInt32(1);
        tape.End();
        for (var i = 0; i < 30; i++)
        {
            var list = tape.BeginList();
            tape.AddReference(last);
            tape.AddReference(last);
            tape.End();
            last = list;
        }

        tape.End();
    }

    private static int Begin(ValueTape tape, string name)
    {
        var node = tape.BeginObject(Node);
        tape.Name(FieldName.Of("name"));
        tape.AddString(name);
        return node;
    }

    /// <summary>A value with its shared parts numbered as they come, whatever tokens stand between; fields that are null left out.</summary>
    private static string Graph(ValueTape tape, int index)
    {
        var numbers = new Dictionary<int, int>();
        return Of(index);

        string Of(int at)
        {
            at = tape.Resolve(at);
            if (numbers.TryGetValue(at, out var known))
            {
                return $"@{known}";
            }

            if (!tape[at].IsContainer)
            {
                return tape[at].Kind == ValueKind.String ? tape.Text(at) : TapeText.Of(tape, at);
            }

            numbers.Add(at, numbers.Count);
            var children = new List<int>();
            for (var i = at + 1; i < tape.Next(at); i = tape.Next(i))
            {
                children.Add(i);
            }

            // Each dialect has an order of fields of its own.
            var ordered = tape[at].Kind == ValueKind.Object ? children.OrderBy(i => tape[i].Name?.Text, StringComparer.Ordinal) : children.AsEnumerable();
            var parts = ordered.Where(i => tape[i].Kind != ValueKind.Null).Select(i => tape[i].Name is { } name ? $"{name}={Of(i)}" : Of(i)).ToList();
            return $"#{numbers[at]} {(tape[at].Kind == ValueKind.Object ? tape[at].Type?.Text : tape[at].Kind.ToString())}({string.Join(' ', parts)})";
        }
    }
}
