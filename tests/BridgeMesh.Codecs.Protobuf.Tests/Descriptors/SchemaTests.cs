using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>What is written of contracts without descriptors: Google.Protobuf and protoc take it, and it means what the codec does.</summary>
public sealed class SchemaTests
{
    internal const string Circle = """
        types:
          a.one.Left: { fields: { right: b.two.Right, plain: b.two.Plain } }
          b.two.Right: { fields: { left: a.one.Left } }
          b.two.Plain: { fields: { other: a.one.Other } }
          a.one.Other: { fields: { x: int } }
          a.one.Right: { fields: { y: int, other: Other } }
        services:
          a.one.Service:
            methods: { get: { parameters: { left: Left }, returns: b.two.Plain }, other: { parameters: { right: Right } } }
        """;

    internal const string Everything = """
        types:
          com.acme.order.Order:
            fields:
              - { name: id, type: string, number: 3 }
              - { name: cents, type: long, number: 4, wire: sint64 }
              - { name: marks, type: list<int>, number: 6, packed: false }
              - { name: card, type: string, number: 7, oneof: payment }
              - { name: status, type: OrderStatus }
              - { name: cash, type: decimal, number: 8, oneof: payment }
              - { name: rows, type: "list<list<string>>" }
              - { name: byDay, type: "map<localdate, list<Item>>" }
              - { name: lines, type: "map<long, Item>" }
              - { name: pages, type: "Page<Item>" }
              - { name: names, type: "Page<string>" }
              - { name: at, type: date }
              - { name: patience, type: duration }
              - { name: anything, type: any }
              - { name: raw, type: bytes }
              - { name: count, type: int }
              - { name: maybe, type: Integer }
              - { name: parent, type: Order }
              - { name: place, type: com.acme.stock.Place }
              - { name: options, type: "com.acme.order.Order$Options" }
          com.acme.order.Order$Options:
            fields: { fast: boolean, colour: "com.acme.order.Lonely$Colour" }
          com.acme.order.Lonely$Colour: { enum: [RED, GREEN] }
          com.acme.order.OrderStatus: { enum: { PAID: 5, NEW: 0, DONE: 7 } }
          com.acme.order.ItemStatus: { enum: { NEW: 1, OLD: 2 } }
          com.acme.order.Item:
            fields: { sku: string, price: decimal, status: ItemStatus }
          com.acme.order.Page:
            generics: [T]
            fields: { total: int, items: list<T> }
          com.acme.stock.Place:
            fields: { shelf: string, next: Place, item: com.acme.order.Item, size: uint32 }
          com.acme.order.OrderException:
            exception: checked
            fields: { code: int }
        services:
          com.acme.order.OrderService:
            methods:
              place: { parameters: { order: Order }, returns: Order, throws: [OrderException], idempotent: true }
              find: { parameters: { customer: string, count: int }, returns: list<Order> }
              touch: { }
              get:
                - { parameters: { id: string }, returns: string }
                - { parameters: { id: long }, returns: string }
          com.acme.order.OtherService:
            methods:
              find: { parameters: { key: string }, returns: int }
        """;

    [Fact]
    public void Of_ContractOfEveryForm_IsWhatGoogleProtobufBuilds()
    {
        var index = DescriptorIndex.Of(Load(Everything));
        var files = Build(index, "com.acme.order.OrderService");
        var order = Message(files, "com.acme.order.Order");
        FieldDescriptor Field(string name) => order.FindFieldByName(name);

        Assert.Equal((3, true), (Field("id").FieldNumber, Field("id").HasPresence));
        Assert.Equal((FieldType.SInt64, false), (Field("cents").FieldType, Field("cents").HasPresence));
        Assert.Equal((true, false), (Field("marks").IsRepeated, Field("marks").IsPacked));
        Assert.Equal(["card", "cash"], order.Oneofs.Single(static o => !o.IsSynthetic).Fields.Select(static f => f.Name));
        Assert.Equal("google.type.Decimal", Field("cash").MessageType.FullName);
        Assert.Equal(["value"], Field("rows").MessageType.Fields.InDeclarationOrder().Select(static f => f.Name));
        Assert.True(Field("by_day").IsMap);
        Assert.Equal(FieldType.String, Field("by_day").MessageType.FindFieldByName("key").FieldType);
        Assert.Equal(FieldType.Int64, Field("lines").MessageType.FindFieldByName("key").FieldType);
        Assert.Equal("com.acme.order.PageOfItem", Field("pages").MessageType.FullName);
        Assert.Equal("com.acme.order.PageOfString", Field("names").MessageType.FullName);
        Assert.Equal("google.protobuf.Timestamp", Field("at").MessageType.FullName);
        Assert.Equal("google.protobuf.Duration", Field("patience").MessageType.FullName);
        Assert.Equal("google.protobuf.Value", Field("anything").MessageType.FullName);
        Assert.Equal((false, true), (Field("count").HasPresence, Field("maybe").HasPresence));
        Assert.Same(order, Field("parent").MessageType);
        Assert.Equal("com.acme.order.Order.Options", Field("options").MessageType.FullName);
        Assert.Equal("com.acme.order.Lonely.Colour", Field("options").MessageType.FindFieldByName("colour").EnumType.FullName);

        // Zero first; and both enums have a NEW, which a package can have once.
        Assert.Equal(["ORDER_STATUS_NEW", "ORDER_STATUS_PAID", "ORDER_STATUS_DONE"], Field("status").EnumType.Values.Select(static v => v.Name));
        var item = Message(files, "com.acme.order.Item").FindFieldByName("status").EnumType;
        Assert.Equal([("ITEM_STATUS_UNSPECIFIED", 0), ("ITEM_STATUS_NEW", 1), ("ITEM_STATUS_OLD", 2)], item.Values.Select(static v => (v.Name, v.Number)));

        var service = files.SelectMany(static f => f.Services).Single(static s => s.Name == "OrderService");
        Assert.Equal(["find", "get", "getById", "place", "touch"], service.Methods.Select(static m => m.Name).Order());
        Assert.Equal("com.acme.order.OrderServiceFindRequest", service.FindMethodByName("find").InputType.FullName);
        Assert.Equal("google.protobuf.Empty", service.FindMethodByName("touch").OutputType.FullName);
        Assert.Equal(MethodOptions.Types.IdempotencyLevel.Idempotent, service.FindMethodByName("place").GetOptions().IdempotencyLevel);
        Assert.NotNull(Message(files, "com.acme.order.OrderException"));
    }

    /// <summary>How a contract in YAML has amounts with a currency: a class of its own that is the message everybody knows.</summary>
    [Fact]
    public void Of_AClassThatIsMoney_IsTheMessageOfGoogleType()
    {
        var contracts = Load("""
            types:
              com.acme.Amount:
                message: google.type.Money
                fields: { currencyCode: string, units: long, nanos: int }
              com.acme.Bill:
                fields: { total: Amount, parts: list<Amount> }
            services:
              com.acme.Bills:
                methods: { pay: { parameters: { bill: Bill }, returns: Amount } }
            """);
        var files = Build(DescriptorIndex.Of(contracts), "com.acme.Bills");
        var bill = Message(files, "com.acme.Bill");
        Assert.Equal(("google.type.Money", "google/type/money.proto"), (bill.FindFieldByName("total").MessageType.FullName, bill.FindFieldByName("parts").MessageType.File.Name));
        Assert.Equal("google.type.Money", files.SelectMany(static f => f.Services).Single().FindMethodByName("pay").OutputType.FullName);

        var sent = new Peers.Google.Money { CurrencyCode = "EUR", Units = -12, Nanos = -500_000_000 };
        var again = Peers.Google.Money.Parser.ParseFrom(Peer.Again(sent.ToByteArray(), contracts[0].Methods[0].Returns));
        Assert.Equal(sent, again);
    }

    [Fact]
    public void Of_AContract_LoadsAsTheSameMessages()
    {
        var contracts = Load(Everything);
        var index = DescriptorIndex.Of(contracts);
        var loaded = DescriptorContracts.LoadFiles("written", index.Files.Select(static f => f.Descriptor));
        Assert.Empty(loaded.Problems);
        Assert.Equal(["com.acme.order.OrderService", "com.acme.order.OtherService"], loaded.Contracts.Select(static c => c.Service.Interface).Order());
        foreach (var contract in loaded.Contracts)
        {
            var own = contracts.Single(c => c.Service.Interface == contract.Service.Interface);
            foreach (var method in contract.Methods)
            {
                var seen = new HashSet<StructShape>();
                AssertSame(own.FindProto(method.Name)!.Proto.Request, method.Proto.Request, seen, method.Name);
                AssertSame(own.FindProto(method.Name)!.Proto.Response, method.Proto.Response, seen, method.Name);
            }
        }
    }

    [Fact]
    public void Of_MessagesOfTheCodec_ReadByProtocFromTheDescriptorsAlone()
    {
        var contract = Load(Everything).Single(static c => c.Service.Interface == "com.acme.order.OrderService");
        var order = contract.Overloads("place").Single().Parameters[0].Type;
        using var tape = new ValueTape();
        const string Text = """
            {"id":"A-1","cents":-3,"marks":[1,2],"status":"PAID","cash":"10.50","rows":[["a","b"],[]],"lines":{"-9":{"sku":"x"}},
             "names":{"total":1,"items":["n"]},"at":"2024-05-06T07:08:09Z","anything":{"k":true},"options":{"fast":true,"colour":"GREEN"}}
            """;
        var read = JsonPayloadCodec.Instance.Read(new(System.Text.Encoding.UTF8.GetBytes(Text)), order, ValuePolicy.Default, tape);
        Assert.True(read.IsOk, read.ToString());
        using var output = new FrameWriter();
        Assert.True(ProtobufPayloadCodec.Instance.Write(tape, 0, order, ValuePolicy.Default, output).IsOk);

        var index = DescriptorIndex.Of([contract]);
        var files = index.WithImports(index.FindSymbol("com.acme.order.OrderService")!);
        var text = Protoc.Decode(files, "com.acme.order.Order", output.WrittenMemory.ToArray()).ReplaceLineEndings(" ");
        foreach (var part in (string[])
            [
                "id: \"A-1\"", "cents: -3", "status: ORDER_STATUS_PAID", "cash { value: \"10.50\"", "rows { value: \"a\" value: \"b\" }", "key: -9", "sku: \"x\"",
                "names { total: 1", "at { seconds: 1714979289", "bool_value: true", "colour: GREEN",
            ])
        {
            Assert.Contains(part, System.Text.RegularExpressions.Regex.Replace(text, " +", " "), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_PackagesInACircle_AreFilesThatProtocTakes()
    {
        var index = DescriptorIndex.Of(Load(Circle));
        var files = index.WithImports(index.FindSymbol("a.one.Service")!);
        Assert.Equal("left {\n  left {\n  }\n}\n".Replace("left {\n  left", "right {\n  left", StringComparison.Ordinal), Protoc.Decode(files, "a.one.Left", [0x0A, 0x02, 0x0A, 0x00]));
        Assert.NotNull(index.FindSymbol("a.one.TwoRight"));
        Assert.Equal("a.one.Right", Message(Build(index, "a.one.Service"), "a.one.Right").FullName);
        Assert.NotEqual(index.FindSymbol("b.two.Plain"), index.FindSymbol("a.one.Left"));
    }

    [Fact]
    public void Of_TheSameContracts_AreTheSameBytes()
    {
        var first = DescriptorIndex.Of(Load(Everything));
        var second = DescriptorIndex.Of(Load(Everything).Reverse());
        Assert.Equal(
            first.Files.OrderBy(static f => f.Name).Select(static f => f.Name + Convert.ToHexString(f.Descriptor.Span)),
            second.Files.OrderBy(static f => f.Name).Select(static f => f.Name + Convert.ToHexString(f.Descriptor.Span)));
    }

    [Fact]
    public void Of_ContractFromDescriptors_KeepsItsFilesAsTheyCame()
    {
        var index = DescriptorIndex.Of(Peer.Loaded.Contracts);
        Assert.NotEmpty(Peer.Loaded.Contracts);
        foreach (var file in new[] { Peers.KindsReflection.Descriptor, Peers.LegacyReflection.Descriptor })
        {
            Assert.Equal(file.SerializedData.ToByteArray(), index.FindFile(file.Name)!.Descriptor.ToArray());
        }

        Assert.Equal("legacy.proto", index.FindSymbol("bridgemesh.legacy.Legacy")!.Name);
        Assert.Equal("legacy.proto", index.FindExtension("bridgemesh.legacy.Legacy", 100)!.Name);
        Assert.Equal([100], index.ExtensionNumbers("bridgemesh.legacy.Legacy")!.Value.ToArray());
        Assert.Null(index.ExtensionNumbers("bridgemesh.legacy.Nobody"));
        Assert.Null(index.FindSymbol("bridgemesh.legacy.Nobody"));
    }

    [Fact]
    public void FindFile_TheWellKnownOnes_SayWhatProtobufsOwnSay()
    {
        var index = DescriptorIndex.Of([]);
        FileDescriptor[] theirs =
        [
            Google.Protobuf.WellKnownTypes.AnyReflection.Descriptor, Google.Protobuf.WellKnownTypes.DurationReflection.Descriptor,
            Google.Protobuf.WellKnownTypes.EmptyReflection.Descriptor, Google.Protobuf.WellKnownTypes.FieldMaskReflection.Descriptor,
            Google.Protobuf.WellKnownTypes.StructReflection.Descriptor, Google.Protobuf.WellKnownTypes.TimestampReflection.Descriptor,
            Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor, Peers.Google.DateReflection.Descriptor, Peers.Google.DecimalReflection.Descriptor,
        ];
        foreach (var their in theirs)
        {
            var plain = their.ToProto().Clone();
            plain.Options = null;
            var ours = FileDescriptorProto.Parser.ParseFrom(index.FindFile(their.Name)!.Descriptor.Span);
            Assert.Equal(Shown(plain), Shown(ours));
        }
    }

    [Fact]
    public void Of_NamesAndReservationsOfTheContract_AreInTheFile()
    {
        var index = DescriptorIndex.Of(Load("""
            types: { com.acme.Order: { message: acme.v1.Order, reserved: [4, 6-8, gone], fields: { id: string } } }
            services:
              com.acme.Orders:
                proto: acme.v1.Orders
                methods: { watch: { parameters: { id: string }, returns: com.acme.Order, streams: replies } }
            """));
        var files = Build(index, "acme.v1.Orders");
        var order = Message(files, "acme.v1.Order").ToProto();
        Assert.Equal([(4, 5), (6, 9)], order.ReservedRange.Select(static r => (r.Start, r.End)));
        Assert.Equal(["gone"], order.ReservedName);
        var method = Assert.Single(files.SelectMany(static f => f.Services)).Methods[0];
        Assert.Equal(
            (false, true, "acme.v1.OrdersWatchRequest"), (method.IsClientStreaming, method.IsServerStreaming, method.InputType.FullName));
        Assert.Null(index.FindSymbol("com.acme.Orders"));
    }

    internal static IReadOnlyList<ServiceContract> Load(string yaml)
    {
        var loaded = ContractLoader.LoadTexts(("test.yaml", yaml));
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Problems));
        return loaded.Contracts;
    }

    private static List<FileDescriptor> Build(DescriptorIndex index, string symbol)
    {
        var files = Protoc.InOrder(index.WithImports(index.FindSymbol(symbol)!));
        return [.. FileDescriptor.BuildFromByteStrings(files.Select(static f => ByteString.CopyFrom(f.Descriptor.Span)))];
    }

    private static MessageDescriptor Message(IEnumerable<FileDescriptor> files, string fullName) =>
        files.SelectMany(static f => f.MessageTypes).Single(m => m.FullName == fullName);

    private static string Shown(FileDescriptorProto file)
    {
        foreach (var field in file.MessageType.SelectMany(static m => m.Field.Concat(m.NestedType.SelectMany(static n => n.Field))))
        {
            // protoc numbers what it read; the library's own may leave the name out.
            field.ClearJsonName();
        }

        return JsonFormatter.Default.Format(file);
    }

    private static void AssertSame(TypeShape ours, TypeShape loaded, HashSet<StructShape> seen, string path)
    {
        var (left, right) = (new FieldPlan(null, ours, new ProtoField(1), 0, 0), new FieldPlan(null, loaded, new ProtoField(1), 0, 0));
        Assert.Equal((path, left.Form), (path, right.Form));
        Assert.Equal((path, left.Value.Wire, left.Key?.Declared), (path, right.Value.Wire, right.Key?.Declared));
        if (left.Value.Declared is not (ProtoKind.Message or ProtoKind.Box))
        {
            Assert.Equal((path, left.Value.Declared), (path, right.Value.Declared));
            return;
        }

        var (own, other) = (left.Value.Message, right.Value.Message);
        if (own.Message is { } known && !seen.Add(known))
        {
            return;
        }

        Assert.Equal((path, own.InOrder.Length), (path, other.InOrder.Length));
        foreach (var (a, b) in own.InOrder.Zip(other.InOrder))
        {
            var at = $"{path}.{b.Name?.Text ?? "value"}";
            if (own.Message is not null)
            {
                Assert.Equal((at, a.Name!.Text), (at, b.Name!.Text));
            }

            Assert.Equal((at, a.Number, a.HasPresence, a.IsPacked, a.Proto.Oneof), (at, b.Number, b.HasPresence, b.IsPacked, b.Proto.Oneof));
            AssertSame(a.Shape, b.Shape, seen, at);
        }
    }
}
