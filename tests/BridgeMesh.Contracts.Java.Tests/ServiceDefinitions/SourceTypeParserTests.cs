using BridgeMesh.Contracts.Java.ServiceDefinitions;

namespace BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;

public class SourceTypeParserTests
{
    [Theory]
    [InlineData("int", "int")]
    [InlineData("int[][]", "int[2]")]
    [InlineData("java.util.Map<java.lang.Long,java.util.List<com.acme.Item[]>>", "java.util.Map<java.lang.Long;java.util.List<com.acme.Item[1]>>")]
    [InlineData("a.B<? extends c.D, ? super e.F, ?>[]", "a.B<c.D;?;?>[1]")]
    [InlineData("a.B$C_1", "a.B$C_1")]
    public void Text_OfAType_IsThatType(string text, string expected) => Assert.Equal(expected, Show(SourceTypeParser.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("<int>")]
    [InlineData("a.B<")]
    [InlineData("a.B<int")]
    [InlineData("a.B<>")]
    [InlineData("a.B>")]
    [InlineData("a.B[")]
    [InlineData("a.B[]]")]
    [InlineData("a B")]
    [InlineData("int[][][][][][][][][]")]
    public void Text_OfSomethingElse_IsNone(string text) => Assert.Null(SourceTypeParser.Parse(text));

    [Fact]
    public void Text_NestedPastTheBound_IsNone()
    {
        Assert.Null(SourceTypeParser.Parse(string.Concat(Enumerable.Repeat("a<", 1_000)) + "b" + new string('>', 1_000)));
        Assert.Null(SourceTypeParser.Parse(new string('a', 5_000)));
    }

    private static string Show(SourceType? type) => type is null ? "none"
        : type.Name + (type.Arguments.Count == 0 ? string.Empty : $"<{string.Join(';', type.Arguments.Select(Show))}>")
            + (type.Dimensions == 0 ? string.Empty : $"[{type.Dimensions}]");
}
