using System.IO.Pipes;
using System.Text;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Tests.Yaml;

public sealed class YamlTreeTests
{
    private readonly List<SourceProblem> _problems = [];

    [Fact]
    public void Read_Document_KnowsItsPlaces()
    {
        var map = Assert.IsType<YamlMap>(Read("a: 1\nb:\n  - x\n  - {y: 'z'}\n"));

        Assert.Empty(_problems);
        Assert.Equal(new YamlMark("f", 1, 4), map.Find("a")?.At);
        var list = Assert.IsType<YamlList>(map.Find("b"));
        Assert.Equal(new YamlMark("f", 3, 5), list.Items[0].At);
        var inner = Assert.IsType<YamlMap>(list.Items[1]);
        Assert.Equal(new YamlMark("f", 4, 6), inner.FindKey("y")?.At);
        Assert.False(Assert.IsType<YamlScalar>(inner.Find("y")).IsPlain);
    }

    [Theory]
    [InlineData("a:")]
    [InlineData("a: ~")]
    [InlineData("a: null")]
    public void Read_Null_IsNull(string text) => Assert.True(Scalar(text).IsNull);

    [Theory]
    [InlineData("a: ''")]
    [InlineData("a: 'null'")]
    [InlineData("a: nil")]
    public void Read_Text_IsNotNull(string text) => Assert.False(Scalar(text).IsNull);

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment")]
    [InlineData("---\n")]
    public void Read_Nothing_GivesNullWithoutProblem(string text)
    {
        Assert.Null(Read(text));
        Assert.Empty(_problems);
    }

    [Fact]
    public void Read_DuplicateKeys_TellsEachAndKeepsTheFirst()
    {
        var map = Assert.IsType<YamlMap>(Read("a: 1\nb: 2\na: 3\nb: 4\n"));

        Assert.Equal(["3:1", "4:1"], _problems.Select(p => $"{p.Line}:{p.Column}"));
        Assert.Equal("keep this one or the one at line 1", _problems[0].Cure);
        Assert.Equal("1", (map.Find("a") as YamlScalar)?.Text);
    }

    [Fact]
    public void Read_AliasOfEarlierAnchor_IsItsValue()
    {
        var map = Assert.IsType<YamlMap>(Read("a: &x [1, 2]\nb: *x\n"));

        Assert.Empty(_problems);
        Assert.Same(map.Find("a"), map.Find("b"));
    }

    [Theory]
    [InlineData("a: *x\n")]
    [InlineData("a: &x [*x]\n")]
    public void Read_AliasWithoutEndedAnchor_IsAProblem(string text)
    {
        Read(text);

        Assert.StartsWith("no anchor 'x' ends before", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AliasesThatMultiply_StopAtTheBound()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= 30; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Read(text.ToString());

        Assert.StartsWith("more than 1000000 values", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NestedTooDeep_IsAProblem()
    {
        Read(new string('[', 10_000) + new string(']', 10_000));

        Assert.Contains(_problems, p => p.Message == "nested deeper than 64");
    }

    [Fact]
    public void Read_SecondDocumentAndOddKey_AreProblems()
    {
        Read("[a]: 1\n---\nb: 2\n");

        Assert.Equal(["a key is a list", "a second document begins here"], _problems.Select(p => p.Message));
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n")]
    [InlineData("a: 'x\n")]
    [InlineData("a: b: c\n")]
    [InlineData("services:\n  - name: [a\n  - name: b\n")]
    public void Read_BrokenSyntax_IsOneProblemWithAPlace(string text)
    {
        Assert.Null(Read(text));

        var problem = Assert.Single(_problems);
        Assert.StartsWith("not valid YAML", problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Line, 1, 4);
        Assert.True(problem.Column >= 1);
    }

    [Fact]
    public void Read_RandomlyDamaged_NeverThrows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        const string Marks = "[]{}:,-#&*!|>'\"%@`?\\ \t\n\0\u00e9\ud800~";
        const string Sound = "listeners:\n  - &a {name: bolt, address: \"127.0.0.1:1\"}\n  - *a\nnotes: |\n  text\nother: ['x', >-\n y]\n";
        for (var round = 0; round < 3_000; round++)
        {
            var text = new StringBuilder(Sound);
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, Marks[random.Next(Marks.Length)]),
                    _ => text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)),
                };
                text.Append(text.Length == 0 ? "x" : string.Empty);
            }

            var failure = Record.Exception(() => YamlTree.Read("f", new StringReader(text.ToString()), []));
            Assert.True(failure is null, $"seed {seed}, round {round}: {failure}\n{text}");
        }
    }

    // As a shell gives where it is asked for diff <(git show HEAD:orders.yaml) orders.yaml.
    [Fact]
    public void ReadFile_OfAPipe_ReadsItToItsEnd()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("a: 1\n"u8);
        var path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        using var writer = pipe.SafePipeHandle;
        writer.Dispose();
        Assert.NotNull(Assert.IsType<YamlMap>(YamlTree.ReadFile(path, _problems)).Find("a"));
        Assert.Empty(_problems);
    }

    [Fact]
    public void ReadFile_WithoutEnd_IsBounded()
    {
        Assert.Null(YamlTree.ReadFile("/dev/zero", _problems));
        Assert.Equal($"the file has more than {YamlTree.MaxFileBytes} bytes", Assert.Single(_problems).Message);
    }

    private YamlNode? Read(string text) => YamlTree.Read("f", new StringReader(text), _problems);

    private YamlScalar Scalar(string text) => Assert.IsType<YamlScalar>(Assert.IsType<YamlMap>(Read(text)).Find("a"));
}
