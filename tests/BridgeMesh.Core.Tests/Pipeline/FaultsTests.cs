using BridgeMesh.Core.Pipeline;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Tests.Pipeline;

public sealed class FaultsTests
{
    [Theory]
    [InlineData("no date", "args[0].created", "no date at result.created")]
    [InlineData("the value of args[0][1] contains itself", "args[0][1].next", "the value of result[1] contains itself at result[1].next")]
    [InlineData("no date", null, "no date")]
    public void OfResult_PathsOfTheTape_BeginWithResult(string detail, string? path, string told) =>
        Assert.Equal(told, Faults.OfResult(CodecStatus.Fail(CodecError.Unrepresentable, detail, path: path)).ToString());
}
