using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Contracts;

public sealed class DocumentedContractTests
{
    [Fact]
    public void Documentation_Example_Loads()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "contracts.md"));
        var from = text.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        var example = text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
        var loaded = ContractLoader.LoadTexts(("contracts.md", example));
        Assert.Empty(loaded.Problems);
        var service = Assert.Single(loaded.Contracts);
        Assert.Equal(["find", "ping", "place"], service.Methods.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Equal("/orders-api/orders/{customer}", service.Overloads("find")[0].Http?.PathTemplate);
    }
}
