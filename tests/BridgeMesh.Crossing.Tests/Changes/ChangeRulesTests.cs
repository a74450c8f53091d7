using BridgeMesh.Contracts;

namespace BridgeMesh.Crossing.Changes;

/// <summary>What each protocol's rules say of each kind of change.</summary>
public sealed class ChangeRulesTests
{
    private const string Base = """
        types:
          a.Order: { fields: { id: string, count: int, state: State, size: Integer } }
          a.State: { enum: [NEW, PAID] }
          a.Gone: { exception: checked, httpStatus: 409, fields: { code: int } }
          a.Animal: { fields: { name: string } }
          a.Cat: { extends: Animal, fields: { lives: int } }
        services:
          a.Shop:
            version: "1"
            methods:
              get: { parameters: { id: string }, returns: Order, throws: [Gone], http: { verb: GET, path: "/orders/{id}" } }
              put: { parameters: { order: Order }, returns: int, http: { verb: POST, path: /orders, body: order } }
              find: { parameters: { name: string, max: int }, returns: list<Order> }
              pet: { parameters: { animal: Animal } }
              see: { returns: Animal }
              ping: {}

        """;

    private const ChangeEffect C = ChangeEffect.Compatible;
    private const ChangeEffect L = ChangeEffect.Lossy;
    private const ChangeEffect Calls = ChangeEffect.BreaksCallers;
    private const ChangeEffect Results = ChangeEffect.BreaksResults;
    private const ChangeEffect Both = Calls | Results;

    // The columns: bolt, dubbo, http, grpc, triple.
    [Theory]
    [InlineData("      ping: {}", "      ping: {}\n      pong: {}", "MethodAdded a.Shop.pong", C, C, C, C, C)]
    [InlineData("      ping: {}", "", "MethodRemoved a.Shop.ping", Calls, Calls, Calls, Calls, Calls)]
    [InlineData("      ping: {}", "      ping: { proto: Ping }", "MethodProtoNameChanged a.Shop.ping: ping -> Ping", C, C, C, Calls, Calls)]
    [InlineData("      ping: {}", "      pong: { proto: ping }", "MethodRenamed a.Shop.ping: ping -> pong", Calls, Calls, Calls, C, Calls)]
    [InlineData("      get: {", "      load: { proto: get,", "MethodRenamed a.Shop.get: get -> load", Calls, Calls, C, C, Calls)]
    [InlineData("version: \"1\"", "version: \"2\"", "ServiceKeyChanged a.Shop: a.Shop:1 -> a.Shop:2", Calls, Calls, L, L, Calls)]
    [InlineData("version: \"1\"", "version: \"1\"\n    group: g", "ServiceKeyChanged a.Shop: a.Shop:1 -> g/a.Shop:1", C, Calls, L, L, Calls)]
    [InlineData("version: \"1\"", "version: \"1\"\n    uniqueId: u", "ServiceKeyChanged a.Shop: a.Shop:1 -> a.Shop:1:u", Calls, C, L, L, C)]
    [InlineData("version: \"1\"", "version: \"1\"\n    proto: a.v1.Shop", "ServiceProtoNameChanged a.Shop: a.Shop -> a.v1.Shop", C, C, C, Calls, Calls)]
    [InlineData("version: \"1\"", "version: \"1\"\n    values: { unknown: reject }", "ValuesChanged a.Shop: the usual -> unknown: reject", C, C, Calls, C, C)]
    [InlineData("version: \"1\"", "version: \"1\"\n    values: { long: string }", "ValuesChanged a.Shop: the usual -> long: string", C, C, Results, C, C)]
    // Parameters.
    [InlineData("name: string, max: int }", "name: string, max: int, at: Integer }", "ParameterAdded a.Shop.find(at)", Calls, Calls, C, C, Calls)]
    [InlineData("name: string, max: int }", "name: string, max: int, at: int }", "ParameterAdded a.Shop.find(at)", Calls, Calls, Calls, C, Calls)]
    [InlineData("name: string, max: int }", "at: string, name: string, max: int }", "ParameterAdded a.Shop.find(at)", Calls, Calls, C, Calls, Calls)]
    [InlineData("name: string, max: int }", "name: string }", "ParameterRemoved a.Shop.find(max)", Calls, Calls, L, L, Calls)]
    [InlineData("name: string, max: int }", "who: string, max: int }", "ParameterRenamed a.Shop.find(name): name -> who", C, C, Calls, C, C)]
    [InlineData("name: string, max: int }", "max: int, name: string }", "ParameterMoved a.Shop.find(name): place 1 -> place 2", Calls, Calls, Calls, Calls, Calls)]
    [InlineData("name: string, max: int }", "name: string, max: long }", "TypeChanged a.Shop.find(max): int -> long", Calls, Calls, C, C, Calls)]
    [InlineData("name: string, max: int }", "name: string, max: string }", "TypeChanged a.Shop.find(max): int -> string", Calls, Calls, Calls, Calls, Calls)]
    [InlineData("put: { parameters: { order: Order }", "put: { parameters: { order: Order, fast: boolean }", "RequestMessageChanged a.Shop.put", C, C, C, Calls, Calls)]
    // Results, exceptions, flags.
    [InlineData("returns: int", "returns: long", "TypeChanged a.Shop.put: int -> long", Results, L, L, L, L)]
    [InlineData("returns: int", "returns: short", "TypeChanged a.Shop.put: int -> short", C, C, C, C, C)]
    [InlineData("throws: [Gone], ", "", "ExceptionRemoved a.Shop.get: a.Gone -> ", C, C, C, C, C)]
    [InlineData("returns: int, http", "returns: int, throws: [Gone], http", "ExceptionAdded a.Shop.put:  -> a.Gone", C, C, C, C, C)]
    [InlineData("returns: int, http", "returns: int, idempotent: true, http", "IdempotentChanged a.Shop.put: false -> true", C, C, C, C, C)]
    [InlineData("returns: int, http", "returns: int, oneway: true, http", "OneWayChanged a.Shop.put: false -> true", C, C, Results, Results, Results)]
    [InlineData("returns: list<Order>", "returns: list<Order>, streams: replies", "StreamsChanged a.Shop.find: none -> replies", Calls, Calls, Results, Results, Results)]
    [InlineData("returns: list<Order>", "returns: list<Order>, streams: requests", "StreamsChanged a.Shop.find: none -> requests", Calls, Calls, Calls, Calls, Calls)]
    // HTTP's binding.
    [InlineData("verb: POST", "verb: PUT", "VerbChanged a.Shop.put: POST -> PUT", C, C, Calls, C, C)]
    [InlineData("/orders/{id}", "/order/{id}", "PathChanged a.Shop.get: /orders/{id} -> /order/{id}", C, C, Calls, C, C)]
    [InlineData(", body: order", "", "BoundParameterChanged a.Shop.put: order as the body -> order as the body's member order", C, C, Calls, C, C)]
    [InlineData(", http: { verb: POST, path: /orders, body: order }", "", "BindingRemoved a.Shop.put: POST /orders -> ", C, C, Calls, C, C)]
    [InlineData("returns: list<Order> }", "returns: list<Order>, http: { verb: GET, path: /find } }", "BindingAdded a.Shop.find:  -> GET /find", C, C, C, C, C)]
    // Fields.
    [InlineData("size: Integer }", "size: Integer, more: string }", "FieldAdded a.Order.more:  -> string", C, C, C, C, C)]
    [InlineData(", size: Integer", "", "FieldRemoved a.Order.size: Integer -> ", L, L, L, L, L)]
    [InlineData("count: int, ", "", "FieldNumberChanged a.Order.size: 4 -> 3", C, C, C, Both, Both)]
    [InlineData("id: string, count", "count", "FieldRemoved a.Order.id: string -> ", L, L, L, Both, Both)]
    [InlineData("size: Integer }", "weight: Integer }", "FieldRemoved a.Order.size: Integer -> ", L, L, L, C, L)]
    [InlineData("size: Integer }", "size: int }", "TypeChanged a.Order.size: Integer -> int", L, L, Calls, C, L)]
    [InlineData("count: int", "count: Integer", "TypeChanged a.Order.count: int -> Integer", L, L, Results, C, L)]
    [InlineData("count: int", "count: string", "TypeChanged a.Order.count: int -> string", Both, Both, Both, Both, Both)]
    [InlineData("size: Integer }", "size: { type: Integer, wire: sint32 } }", "EncodingChanged a.Order.size: int32 -> sint32", C, C, C, Both, Both)]
    [InlineData("size: Integer }", "size: { type: Integer, oneof: which } }", "FieldOneofChanged a.Order.size:  -> which", C, C, C, L, L)]
    // Names.
    [InlineData("a.Order: { fields", "a.Order: { message: a.v1.Order, fields", "MessageRenamed a.Order: a.Order -> a.v1.Order", C, C, C, C, C)]
    [InlineData("Order", "Bestellung", "TypeRenamed a.Order: a.Order -> a.Bestellung", Both, Both, C, C, Both)]
    [InlineData("httpStatus: 409", "httpStatus: 410", "HttpStatusChanged a.Gone: 409 -> 410", C, C, Results, C, C)]
    // Enums.
    [InlineData("[NEW, PAID]", "[NEW]", "ConstantRemoved a.State.PAID: PAID -> ", Calls, Calls, Calls, L, Calls)]
    [InlineData("[NEW, PAID]", "[NEW, PAID, SENT]", "ConstantAdded a.State.SENT:  -> SENT", Results, Results, Results, L, Results)]
    [InlineData("[NEW, PAID]", "[NEW, SENT]", "ConstantRemoved a.State.PAID: PAID -> ", Calls, Calls, Calls, Calls, Calls)]
    [InlineData("[NEW, PAID]", "[PAID, NEW]", "ConstantNumberChanged a.State.NEW: 0 -> 1", C, C, C, Both, Both)]
    // Subclasses.
    [InlineData("  a.Cat: { extends: Animal, fields: { lives: int } }", "", "SubclassRemoved a.Animal: a.Cat -> ", Calls, Calls, Calls, C, Calls)]
    [InlineData("  a.Cat:", "  a.Dog: { extends: Animal }\n  a.Cat:", "SubclassAdded a.Animal:  -> a.Dog", Results, Results, C, C, Results)]
    public void Judge_AChange_SaysWhatItDoesInEachProtocol(
        string old, string now, string expected, ChangeEffect bolt, ChangeEffect dubbo, ChangeEffect http, ChangeEffect grpc, ChangeEffect triple)
    {
        Assert.Contains(old, Base, StringComparison.Ordinal);
        var changes = ChangedContracts.Compare(Base, Base.Replace(old, now, StringComparison.Ordinal));
        var change = Assert.Single(changes, c => c.ToString().StartsWith(expected, StringComparison.Ordinal));
        var effects = ((string[])["bolt", "dubbo", "http", "grpc", "triple"]).Select(p => ChangedContracts.Judge(p, change)).ToList();
        Assert.Equal([bolt, dubbo, http, grpc, triple], effects.Select(static e => e.Effect));
        Assert.All(effects, static e => Assert.NotEmpty(e.Reason));
    }

    [Fact]
    public void Judge_AnOverload_HasANameOfItsOwnInGrpc()
    {
        var now = Base.Replace("ping: {}", "ping: [{}, { parameters: { loud: boolean } }]", StringComparison.Ordinal);
        var change = Assert.Single(ChangedContracts.Compare(Base, now));
        Assert.Equal("MethodAdded a.Shop.ping(boolean)", change.ToString().Split(':')[0]);
        Assert.Equal(ChangeEffect.Compatible, ChangedContracts.Judge("grpc", change).Effect);
        Assert.Equal(ChangeEffect.Compatible, ChangedContracts.Judge("dubbo", change).Effect);
    }

    [Fact]
    public void Judge_AnOverloadThatTakesAnothersName_BreaksCallersOfThatOne()
    {
        // The one with the fewest parameters has the method's name, unless proto: says otherwise.
        var now = Base.Replace("find: { parameters", "find: [{}, { parameters", StringComparison.Ordinal)
            .Replace("returns: list<Order> }", "returns: list<Order> }]", StringComparison.Ordinal);
        var changes = ChangedContracts.Compare(Base, now);
        Assert.Equal(
            ["MethodProtoNameChanged a.Shop.find(string, int): find -> findByNameAndMax", "MethodAdded a.Shop.find()"],
            changes.Select(static c => c.ToString().Replace(":  -> find(): void", string.Empty, StringComparison.Ordinal)));
        Assert.Equal("a call's path has the name in protobuf: the name is now that of find()", ChangedContracts.Judge("grpc", changes[0]).Reason);
        Assert.Equal(ChangeEffect.Compatible, ChangedContracts.Judge("dubbo", changes[0]).Effect);

        var pinned = now.Replace("[{},", "[{ proto: findAll },", StringComparison.Ordinal).Replace("list<Order> }]", "list<Order>, proto: find }]", StringComparison.Ordinal);
        var change = Assert.Single(ChangedContracts.Compare(Base, pinned));
        Assert.Equal((ChangeKind.MethodAdded, ChangeEffect.Compatible), (change.Kind, ChangedContracts.Judge("grpc", change).Effect));
    }

    [Fact]
    public void Judge_ARenamedOverload_IsTheSameMethodInGrpc()
    {
        var old = Base.Replace("ping: {}", "ping: [{}, { parameters: { loud: boolean } }]", StringComparison.Ordinal);
        var now = Base.Replace("ping: {}", "ping: {}\n      pingLoudly: { parameters: { loud: boolean }, proto: pingByLoud }", StringComparison.Ordinal);
        var change = Assert.Single(ChangedContracts.Compare(old, now));
        Assert.Equal("MethodRenamed a.Shop.ping(boolean): ping -> pingLoudly", change.ToString());
        Assert.Equal(ChangeEffect.Compatible, ChangedContracts.Judge("grpc", change).Effect);
        Assert.Equal(ChangeEffect.BreaksCallers, ChangedContracts.Judge("bolt", change).Effect);
    }

    [Fact]
    public void Judge_ARemovedOverloadWhoseNameAnotherTakes_IsNotCalledByIt()
    {
        var old = Base.Replace("ping: {}", "ping: [{}, { parameters: { loud: boolean } }]", StringComparison.Ordinal);
        var now = Base.Replace("ping: {}", "ping: { parameters: { loud: boolean } }", StringComparison.Ordinal);
        var changes = ChangedContracts.Compare(old, now);
        Assert.Equal(
            ["a call's path has the name in protobuf: it is UNIMPLEMENTED", "the name is now that of ping(boolean loud)"],
            changes.Select(static c => ChangedContracts.Judge("grpc", c).Reason));
    }

    [Fact]
    public void Judge_RequiredFields_BreakTheSideThatDoesNotSendThem()
    {
        var order = new StructShape(Values.TypeName.Of("a.A"), isException: false);
        order.SetFields([new FieldShape(Values.FieldName.Of("x"), ChangedContracts.Load(Base)[0].Methods[0].Parameters[0].Type) { Proto = new ProtoField(1) { Presence = ProtoPresence.Required } }]);
        var change = new ContractChange(ChangeKind.FieldAdded, "a.A.x") { Use = ValueUse.Requests, NewStruct = order, NewOrdinal = 0 };
        Assert.Equal(ChangeEffect.BreaksCallers, ChangedContracts.Judge("grpc", change).Effect);
        Assert.Equal(ChangeEffect.Compatible, ChangedContracts.Judge("grpc", change with { Use = ValueUse.Replies }).Effect);
        var presence = change with { Kind = ChangeKind.FieldPresenceChanged, Old = "required", New = "explicit", Use = ValueUse.Replies };
        Assert.Equal(ChangeEffect.BreaksResults, ChangedContracts.Judge("grpc", presence).Effect);
    }

    [Fact]
    public void Judge_EveryKind_HasAReasonInEveryProtocol()
    {
        var contract = ChangedContracts.Load(Base)[0];
        var order = contract.Methods[0].Returns;
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            var change = new ContractChange(kind, "a")
            {
                OldService = contract,
                NewService = contract,
                OldMethod = contract.Methods[0],
                NewMethod = contract.Methods[0],
                OldType = order,
                NewType = order,
                OldStruct = order.Struct,
                NewStruct = order.Struct,
                OldEnum = order.Struct!.Fields[2].Type.Enum,
                NewEnum = order.Struct.Fields[2].Type.Enum,
                OldOrdinal = 0,
                NewOrdinal = 0,
            };
            foreach (var protocol in (string[])["bolt", "dubbo", "http", "grpc", "triple"])
            {
                Assert.NotEqual("it is not on the wire", ChangedContracts.Judge(protocol, change).Reason);
                var added = change with { OldService = null, OldStruct = null, OldMethod = null, OldEnum = null, OldType = null };
                Assert.NotEmpty(ChangedContracts.Judge(protocol, added).Reason);
            }
        }
    }
}
