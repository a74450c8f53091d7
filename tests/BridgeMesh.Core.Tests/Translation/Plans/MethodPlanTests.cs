using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Translation.Plans;

namespace BridgeMesh.Core.Tests.Translation.Plans;

public sealed class MethodPlanTests
{
    [Fact]
    public void Plan_OfAContract_IsCompiledOnce()
    {
        var contract = Load();
        var compiler = new PluginCatalog().Plans;
        var plan = Assert.Single(compiler.Of([contract]));
        Assert.Same(plan, compiler.Of(contract));
        Assert.All(contract.Methods.Zip(plan.Methods), static m => Assert.Same(m.Second, MethodPlan.Of(m.First)));
    }

    [Fact]
    public void Plan_OfATypeThatHoldsItself_EndsInItself()
    {
        var plan = MethodPlan.Of(Load().Methods[0]).Parameters[0];
        Assert.Equal(PlanOperation.Class, plan.Operation);
        var next = plan.Class?.Fields[1];
        Assert.Same(plan.Class, next?.Class);
        Assert.True(plan.Class?.IsComplete);
    }

    [Theory]
    [InlineData("int", "Int32")]
    [InlineData("string", "String")]
    [InlineData("date", "Instant")]
    [InlineData("short", "")]
    [InlineData("timestamp", "")]
    [InlineData("decimal", "")]
    public void Plan_OfAScalar_KnowsWhatNeedsNoLook(string type, string kinds)
    {
        var plan = ValuePlan.Of(Loose.Method(type).Parameters[0].Type);
        Assert.Equal(kinds, string.Join(' ', Enum.GetValues<Values.ValueKind>().Where(k => (plan.AsIs & (1u << (int)k)) != 0)));
    }

    [Fact]
    public void Steps_OfARequest_TellEachPathOnce()
    {
        var steps = PlanSteps.OfRequest(MethodPlan.Of(Load().Methods[0]));
        Assert.Equal(
            ["node", "node.name", "node.next", "tags", "tags{key}", "tags{}", "tags{}[]"], steps.Select(static s => s.Path));
        Assert.Equal([false, false, true], steps.Take(3).Select(static s => s.Seen));
        Assert.Equal("check kind", steps[1].Operation);
        Assert.Empty(PlanSteps.OfReply(MethodPlan.Of(Load().Methods[0])));
    }

    private static ServiceContract Load()
    {
        var loaded = ContractLoader.LoadTexts(("test.yaml", """
            types: { com.acme.Node: { fields: { name: string, next: Node } } }
            services:
              com.acme.S: { methods: { put: { parameters: { node: Node, tags: "map<string, list<int>>" }, returns: void } } }
            """));
        Assert.Empty(loaded.Problems);
        return loaded.Contracts[0];
    }
}
