using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Calling;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Tests.Calling;

public sealed class CallPlanTests
{
    private const string Overloads = """
        services:
          com.acme.S:
            version: "2.0"
            methods:
              find:
                - { parameters: { name: string }, returns: string }
                - { parameters: { id: long }, returns: string }
                - { parameters: { id: long, limit: int }, returns: string }
        """;

    [Fact]
    public void Fill_NamedTypes_TypesValuesAndClasses()
    {
        var exchange = Filled("""[{"a": 1}, 2, [3], "4.50"]""", "com.acme.Order,long,int[],java.math.BigDecimal");

        Assert.Equal("Lcom/acme/Order;J[ILjava/math/BigDecimal;", exchange.Signature?.Descriptor);
        Assert.Null(exchange.Shape);
        var tape = exchange.Request;
        Assert.Equal("com.acme.Order", tape[0].Type?.Text);
        var second = tape.Next(0);
        Assert.Equal(ValueKind.Int64, tape[second].Kind);
        var third = tape.Next(second);
        Assert.Equal((ValueKind.Array, "[int"), (tape[third].Kind, tape[third].Type?.Text));
        Assert.Equal(ValueKind.Decimal, tape[tape.Next(third)].Kind);
    }

    [Fact]
    public void Fill_NoTypes_LeavesTheSignatureOpen()
    {
        var exchange = Filled("""["a", 1]""", null);

        Assert.Null(exchange.Signature);
        Assert.Equal(2, exchange.Request.RootCount());
    }

    [Theory]
    [InlineData("""{"id": 5, "limit": 2}""", null, "JI")]
    [InlineData("""[5, 2]""", null, "JI")]
    [InlineData("""{"name": "x"}""", null, "Ljava/lang/String;")]
    [InlineData("""[5]""", "long", "J")]
    public void Fill_Overloads_AreChosenByNamesNumberOrTypes(string json, string? types, string descriptor)
    {
        var exchange = Filled(json, types, Contracts());

        Assert.Equal(descriptor, exchange.Signature?.Descriptor);
        Assert.Equal("2.0", exchange.CalleeService.Version);
    }

    [Theory]
    [InlineData("""[5]""", "find", null, "has overloads: choose one with --types: java.lang.String; long; long,int")]
    [InlineData("""[5]""", "fnid", null, "did you mean 'find'?")]
    [InlineData("""["x", 1]""", "find", "long,int", "the arguments: ")]
    [InlineData("""{"name": "x", "limt": 1}""", "find", "java.lang.String", "limt")]
    public void Fill_ContractThatDoesNotFit_SaysWhy(string json, string method, string? types, string told)
    {
        var plan = Plan(json, types, Contracts(), method);

        Assert.Contains(told, plan.Fill(new Exchange()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1]""", "int,,")]
    [InlineData("""[1]""", "a b")]
    public void Fill_WrongTypes_SaysWhatToWrite(string json, string types)
    {
        var problem = Plan(json, types, [], "m").Fill(new Exchange());

        Assert.True(types == "int,," ? problem is null : problem?.Contains("are no Java types", StringComparison.Ordinal) == true, problem);
    }

    private static ImmutableArray<ServiceContract> Contracts() => ContractLoader.LoadTexts(("c.yaml", Overloads)).Contracts;

    private static Exchange Filled(string json, string? types, ImmutableArray<ServiceContract>? contracts = null)
    {
        var exchange = new Exchange();
        Assert.Null(Plan(json, types, contracts ?? [], "find").Fill(exchange));
        return exchange;
    }

    private static CallPlan Plan(string json, string? types, ImmutableArray<ServiceContract> contracts, string method) =>
        new(new CallTarget("bolt", "h", 1, new ServiceKey("com.acme.S"), method), Encoding.UTF8.GetBytes(json), contracts, types);
}
