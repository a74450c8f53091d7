
namespace BridgeMesh.Gateway.Tests.Yaml;

public sealed class NearMissTests
{
    private static readonly string[] Known = ["address", "protocol", "weight", "metadata", "id"];

    [Theory]
    [InlineData("adress", "address")]
    [InlineData("addres", "address")]
    [InlineData("Address", "address")]
    [InlineData("wieght", "weight")]
    [InlineData("meta-data", "metadata")]
    [InlineData("ids", "id")]
    public void Of_SlipOfTheFinger_FindsWhatWasMeant(string text, string meant) => Assert.Equal(meant, NearMiss.Of(text, Known));

    [Theory]
    [InlineData("color")]
    [InlineData("x")]
    [InlineData("")]
    public void Of_SomethingElse_FindsNothing(string text) => Assert.Null(NearMiss.Of(text, Known));

    [Fact]
    public void Of_HugeText_FindsNothingQuickly() => Assert.Null(NearMiss.Of(new string('a', 1_000_000), Known));

    [Fact]
    public void Cure_SomethingElse_ListsWhatThereIs() =>
        Assert.Equal("use one of: address, id, metadata, protocol, weight", NearMiss.Cure("color", Known));
}
