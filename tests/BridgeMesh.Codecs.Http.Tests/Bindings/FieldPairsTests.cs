using System.Text;
using BridgeMesh.Codecs.Http.Bindings;

namespace BridgeMesh.Codecs.Http.Tests.Bindings;

public sealed class FieldPairsTests
{
    [Theory]
    [InlineData("a=1&b=2", "a=1;b=2")]
    [InlineData("a&b=&=c&&d==e", "a=;b=;d==e")]
    [InlineData("", "")]
    public void MoveNext_Pairs_SkipsNamelessOnes(string text, string expected)
    {
        var seen = new List<string>();
        var pairs = new FieldPairs<char>(text);
        while (pairs.MoveNext())
        {
            seen.Add($"{pairs.Name}={pairs.Value}");
        }

        Assert.Equal(expected, string.Join(';', seen));
    }

    [Theory]
    [InlineData("x=0&na%6De=1", "name", "1")]
    [InlineData("a+b=2", "a b", "2")]
    [InlineData("%E5%90%8D=3", "名", "3")]
    [InlineData("names=4", "name", null)]
    [InlineData("nam=4", "name", null)]
    public void MoveTo_Name_ComparesDecoded(string text, string name, string? value)
    {
        var chars = new FieldPairs<char>(text);
        var bytes = new FieldPairs<byte>(Encoding.UTF8.GetBytes(text));

        Assert.Equal(value, chars.MoveTo(name) ? chars.Value.ToString() : null);
        Assert.Equal(value, bytes.MoveTo(name) ? Encoding.UTF8.GetString(bytes.Value) : null);
    }
}
