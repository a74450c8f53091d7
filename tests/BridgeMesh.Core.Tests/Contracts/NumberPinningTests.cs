using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Tests.Contracts;

public sealed class NumberPinningTests
{
    private const string First = """
        types:
          a.Base: { generics: [I], fields: { id: I, updated: instant } }
          a.Order: { extends: Base<string>, fields: { total: decimal, note: string } }
          a.Status: { enum: [NEW, PAID, SHIPPED] }
        services:
          a.Orders:
            methods:
              place: { parameters: { order: Order }, returns: Order }
              find:
                - { parameters: { customer: string }, returns: list<Order> }
                - { parameters: { customer: string, count: int }, returns: list<Order> }
                - { parameters: { status: Status }, returns: list<Order> }
              cancel: { parameters: { id: string, reason: string } }

        """;

    private const string FirstPinned = """
        types:
          a.Base:
            generics: [I]
            fields:
              id: I
              updated: instant
            numbers: { id: 1, updated: 2 }
          a.Order:
            extends: Base<string>
            fields:
              total: decimal
              note: string
            numbers: { total: 1, note: 2, id: 3, updated: 4 }
          a.Status:
            enum: { NEW: 0, PAID: 1, SHIPPED: 2 }

        services:
          a.Orders:
            methods:
              place:
                parameters: { order: Order }
                returns: Order
              find:
                - parameters: { customer: string }
                  returns: list<Order>
                  proto: find
                  numbers: { customer: 1 }
                - parameters: { customer: string, count: int }
                  returns: list<Order>
                  proto: findByCustomerAndCount
                  numbers: { customer: 1, count: 2 }
                - parameters: { status: Status }
                  returns: list<Order>
                  proto: findByStatus
                  numbers: { status: 1 }
              cancel:
                parameters: { id: string, reason: string }
                numbers: { id: 1, reason: 2 }

        """;

    /// <summary>The parent gets a field, which its subclass must give a number behind its own; others move, go and come.</summary>
    private const string Second = """
        types:
          a.Base: { generics: [I], fields: { version: int, id: I } }
          a.Order: { extends: Base<string>, fields: { note: string, paidBy: string, total: decimal } }
          a.Status: { enum: [NEW, OPEN, SHIPPED] }
        services:
          a.Orders:
            methods:
              place: { parameters: { order: Order }, returns: Order }
              find:
                - { parameters: { status: Status }, returns: list<Order> }
                - { parameters: { number: long }, returns: list<Order> }
                - { parameters: { customer: string, count: int }, returns: list<Order> }
              cancel: { parameters: { by: string, id: string } }

        """;

    private const string SecondPinned = """
        types:
          a.Base:
            generics: [I]
            fields:
              version: int
              id: I
            numbers: { version: 3, id: 1 }
            reserved: [2, updated]
          a.Order:
            extends: Base<string>
            fields:
              note: string
              paidBy: string
              total: decimal
            numbers: { note: 2, paidBy: 5, total: 1, version: 6, id: 3 }
            reserved: [4, updated]
          a.Status:
            enum: { NEW: 0, OPEN: 3, SHIPPED: 2 }
            reserved: [1, PAID]

        services:
          a.Orders:
            reserved: [find]
            methods:
              place:
                parameters: { order: Order }
                returns: Order
              find:
                - parameters: { status: Status }
                  returns: list<Order>
                  proto: findByStatus
                  numbers: { status: 1 }
                - parameters: { number: long }
                  returns: list<Order>
                  proto: findByNumber
                  numbers: { number: 1 }
                - parameters: { customer: string, count: int }
                  returns: list<Order>
                  proto: findByCustomerAndCount
                  numbers: { customer: 1, count: 2 }
              cancel:
                parameters: { by: string, id: string }
                numbers: { by: 3, id: 1 }
                reserved: [2, reason]

        """;

    [Fact]
    public void Pin_TheFirstTime_WritesTheNumbersThatThereAreAnyway()
    {
        var pinned = Pin(First, null);
        Assert.Equal(FirstPinned, pinned);
        Assert.Equal(Numbers(First), Numbers(pinned));
    }

    [Fact]
    public void Pin_OfAChangedContract_KeepsWhatIsThereAndReservesWhatIsGone()
    {
        Assert.Equal(SecondPinned, Pin(Second, FirstPinned));

        // A contract that was never pinned has numbers too: those of its order.
        Assert.Equal(SecondPinned, Pin(Second, First));
    }

    [Fact]
    public void Pin_Again_IsTheSameText()
    {
        Assert.Equal(FirstPinned, Pin(First, FirstPinned));
        Assert.Equal(SecondPinned, Pin(Second, SecondPinned));
        Assert.Equal(SecondPinned, Pin(SecondPinned, null));
    }

    [Fact]
    public void Pin_OfWhatComesBack_GivesItsNameANewNumber()
    {
        var again = Pin(First, SecondPinned);
        Assert.Contains("numbers: { total: 1, note: 2, id: 3, updated: 7 }\n    reserved: [4-6, paidBy, version]\n", again, StringComparison.Ordinal);
        Assert.Contains("enum: { NEW: 0, PAID: 4, SHIPPED: 2 }\n    reserved: [1, 3, OPEN]\n", again, StringComparison.Ordinal);

        // The overload that had the name once is another request to who remembers it.
        Assert.Contains("proto: findByCustomer\n", again, StringComparison.Ordinal);
        Assert.DoesNotContain("proto: find\n", again, StringComparison.Ordinal);
        Assert.Equal(again, Pin(First, again));
    }

    [Fact]
    public void Pin_OverSeveralImports_NeverGivesANumberAgain()
    {
        string[] fields = ["a", "b", "c", "d", "e"];
        var used = new Dictionary<int, string>();
        var kept = default(string);
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var present = fields.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).Select(f => $"{f}{round / 10}: string");
            kept = Pin($"types: {{ a.T: {{ fields: {{ {string.Join(", ", present)} }} }} }}\nservices: {{ a.S: {{ methods: {{ get: {{ returns: T }} }} }} }}\n", kept);
            var type = ContractLoader.LoadTexts(("t.yaml", kept)).Contracts[0].Methods[0].Returns.Struct!;
            foreach (var (field, proto) in type.Fields.Zip(ProtoForm.FieldsOf(type)))
            {
                Assert.True(used.TryAdd(proto.Number, field.Name.Text) || used[proto.Number] == field.Name.Text, $"{proto.Number} was {used[proto.Number]}\n{kept}");
            }
        }
    }

    [Fact]
    public void Pin_OverWhatSomebodyWrote_KeepsNamesAndEncodings()
    {
        var kept = """
            types: { a.T: { message: acme.v1.T, fields: { cents: { type: long, number: 4, wire: sint64 }, id: string } } }
            services: { a.S: { proto: acme.v1.S, methods: { get: { proto: Get, parameters: { id: string }, returns: T } } } }

            """;
        var pinned = Pin("types: { a.T: { fields: { id: string, cents: long, more: int } } }\nservices: { a.S: { methods: { get: { parameters: { id: string }, returns: T } } } }\n", kept);
        Assert.Equal(
            """
            types:
              a.T:
                message: acme.v1.T
                fields:
                  id: string
                  cents: { type: long, number: 4, wire: sint64 }
                  more: int
                numbers: { id: 1, more: 5 }

            services:
              a.S:
                proto: acme.v1.S
                methods:
                  get:
                    parameters: { id: string }
                    returns: T
                    proto: Get
                    numbers: { id: 1 }

            """,
            pinned);
    }

    [Fact]
    public void Pin_OfAMethodWhoseParameterBecomesTwo_StartsItsRequestAnew()
    {
        const string Types = "types: { a.T: { fields: { id: string } } }\n";
        var pinned = Pin(
            Types + "services: { a.S: { methods: { get: { parameters: { t: T, max: int } } } } }\n",
            Types + "services: { a.S: { methods: { get: { parameters: { t: T } } } } }\n");
        Assert.Contains("numbers: { t: 1, max: 2 }\n", pinned, StringComparison.Ordinal);
        Assert.DoesNotContain("reserved", pinned, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("types: { a.T: { fields: { id: string }, numbers: { ids: 1 } } }", "numbers has ids, which a.T does not have")]
    [InlineData("types: { a.T: { fields: { id: string, at: date }, numbers: { id: 1, at: 1 } } }", "the field number 1 is taken")]
    [InlineData("types: { a.T: { fields: { id: string }, numbers: { id: 3 }, reserved: [3] } }", "the field number 3 is reserved")]
    [InlineData("types: { a.T: { fields: { id: { type: string, number: 2 } }, numbers: { id: 3 } } }", "id has the number 2 where it is declared")]
    [InlineData("types: { a.T: { fields: { id: string }, numbers: { id: 0 } } }", "'0' is no field number")]
    [InlineData("types: { a.E: { enum: [A, B], reserved: [1] } }", "the number 1 of B is reserved")]
    [InlineData("types: { a.E: { enum: { A: 0, B: 4 }, reserved: [1, B] } }", "the name B is reserved")]
    [InlineData("types: { a.E: { enum: [A], numbers: { A: 0 } } }", "the enum a.E cannot have numbers")]
    [InlineData("services: { a.S: { methods: { m: { parameters: { id: string }, numbers: { is: 1 } } } } }", "numbers has is, which m does not have")]
    [InlineData("services: { a.S: { methods: { m: { parameters: { id: string }, numbers: { id: 2 }, reserved: [2] } } } }", "the field number 2 is reserved")]
    [InlineData("services: { a.S: { methods: { m: { proto: 'no name' } } } }", "'no name' is no method's name in protobuf")]
    [InlineData("services: { a.S: { methods: { m: { proto: x }, n: { proto: x } } } }", "the name x in protobuf is taken")]
    [InlineData("services: { a.S: { reserved: [x], methods: { m: { proto: x } } } }", "the name x in protobuf is reserved")]
    public void Load_NumbersThatCannotBe_AreTold(string yaml, string message)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.Contains(message, loaded.Problems.Select(static p => p.Message));
        Assert.All(loaded.Problems, static p => Assert.Equal(1, p.Line));
    }

    [Fact]
    public void Load_Overloads_HaveNamesOfTheirOwnInProtobuf()
    {
        var contract = Assert.Single(ContractLoader.LoadTexts(("a.yaml", """
            services:
              a.S:
                methods:
                  get:
                    - { parameters: { id: string, deep: boolean } }
                    - { parameters: { id: long } }
                    - { parameters: { id: string } }
                    - { parameters: { id: "string[]" } }
                  getById: {}
                  lookUp: { name: look, parameters: { a: int } }
                  lookDown: { name: look, parameters: { a: long } }
                  only: { name: single }
            """)).Contracts);
        Assert.Equal(
            ["getByIdAndDeep", "get", "getByString", "getByStringArray", "getById", "lookUp", "lookDown", "single"],
            contract.Methods.Select(static m => m.ProtoName ?? m.Name));
        Assert.All(contract.Methods, m => Assert.Same(m, contract.FindProto(m.ProtoName ?? m.Name)));
        Assert.Null(contract.FindProto("look"));
        Assert.Equal("GetByStringRequest", contract.Methods[2].Proto.Request.JavaType.Text);
    }

    private static string Pin(string yaml, string? kept) => ContractWriter.Write(NumberPinning.Pin(Read(yaml), kept is null ? null : Read(kept)));

    private static ContractDocument Read(string yaml)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, yaml);
            var problems = new List<SourceProblem>();
            var document = Assert.Single(ContractLoader.Read([file], problems));
            Assert.Empty(problems);
            return document;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string> Numbers(string yaml)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.Empty(loaded.Problems);
        return loaded.Contracts.SelectMany(static c => c.Methods).SelectMany(static m =>
            new[] { m.Proto.Request, m.Proto.Response }.Select(t => $"{m.ProtoName} {t} {string.Join(' ', ProtoForm.FieldsOf(t.Struct!).Select(static f => f.Number))}"));
    }
}
