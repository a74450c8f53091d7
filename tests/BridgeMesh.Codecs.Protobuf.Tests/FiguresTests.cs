using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using Google.Protobuf;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// The conformance figures of docs/protobuf.md: always the same cases, each judged by protobuf's own library. The page must say what the
/// run came to; BRIDGEMESH_WRITE_FIGURES=1 writes it.
/// </summary>
public sealed class FiguresTests
{
    private const int Messages = 300;
    private const int Seed = 20_240_506;
    private const string Begin = "<!-- figures:begin -->\n";
    private const string End = "<!-- figures:end -->";

    [Fact]
    public void Figures_OfTheCasesRun_AreThoseOfThePage()
    {
        var table = Begin + Table() + End;
        var page = Path.Combine(Root(), "docs", "protobuf.md");
        var text = File.ReadAllText(page);
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        var to = text.IndexOf(End, StringComparison.Ordinal) + End.Length;
        Assert.True(from >= 0 && to > from, "the page has no place for the figures");
        if (Environment.GetEnvironmentVariable("BRIDGEMESH_WRITE_FIGURES") == "1")
        {
            File.WriteAllText(page, text[..from] + table + text[to..]);
            return;
        }

        Assert.Equal(table, text[from..to]);
    }

    private static string Table()
    {
        var table = new StringBuilder("| cases | run | passed | left out |\n|---|---|---|---|\n");
        Row(table, "binary: random proto3 messages of every kind, read and written again", Count(() => new Kinds(), m => Same(m, Kinds.Parser, Peer.Kinds)), "none");
        Row(table, "binary: random proto2 messages, groups and required fields among them", Count(() => new Legacy(), m => Same(m, Legacy.Parser, Peer.Legacy)), "enum numbers without constant: the library takes a closed enum for an open one");
        Row(table, "binary: random messages through a contract that knows three of their fields", Count(() => new Kinds(), m => Same(m, Kinds.Parser, Peer.Fewer)), "none");
        Row(table, "ProtoJSON: what the library writes, read and encoded", Count(() => new Kinds(), FromJson), "none");
        Row(table, "ProtoJSON: what we write, read by the library", Count(() => new Kinds(), ToJson), "none");
        Row(table, "binary and ProtoJSON: named types at their edges, groups, presence, extensions, case by case", NamedValues(), "ProtoJSON of the extension, which the library does not have");
        var cases = JsonCaseTests.Cases;
        var passed = cases.Count(c => JsonCaseTests.Judge(c.Json, c.Verdict) is null);
        var laxer = cases.Count(c => c.Verdict == JsonCaseTests.Verdict.Laxer);
        var stricter = cases.Count(c => c.Verdict == JsonCaseTests.Verdict.Stricter);
        Row(table, "ProtoJSON: accept or refuse, case by case", (cases.Length, passed), string.Create(
            CultureInfo.InvariantCulture, $"none; in {laxer} we take what the library refuses, in {stricter} we refuse what it takes: the cases say why"));
        return table.ToString();
    }

    private static void Row(StringBuilder table, string what, (int Run, int Passed) count, string leftOut) =>
        table.Append(CultureInfo.InvariantCulture, $"| {what} | {count.Run} | {count.Passed} | {leftOut} |\n");

    private static (int Run, int Passed) Count<T>(Func<T> create, Func<byte[], bool> passes)
        where T : IMessage<T>
    {
        var messages = new RandomMessages(new Random(Seed));
        var passed = 0;
        for (var i = 0; i < Messages; i++)
        {
            passed += passes(messages.Fill(create()).ToByteArray()) ? 1 : 0;
        }

        return (Messages, passed);
    }

    private static (int Run, int Passed) NamedValues() =>
        (NamedValueTests.Cases.Length, NamedValueTests.Cases.Count(static c => NamedValueTests.Judge(c.Message) is null));

    private static bool Same<T>(byte[] bytes, MessageParser<T> parser, TypeShape shape)
        where T : IMessage<T> => parser.ParseFrom(bytes).Equals(parser.ParseFrom(Peer.Again(bytes, shape)));

    private static bool FromJson(byte[] bytes)
    {
        var json = JsonOracleTests.Formatter.Format(Kinds.Parser.ParseFrom(bytes));
        return JsonOracleTests.Parser.Parse<Kinds>(json).Equals(Kinds.Parser.ParseFrom(JsonOracleTests.ToBinary(json, Peer.Kinds)));
    }

    private static bool ToJson(byte[] bytes)
    {
        var ours = JsonOracleTests.Parser.Parse<Kinds>(JsonOracleTests.ToJson(bytes, Peer.Kinds));
        return JsonOracleTests.Parser.Parse<Kinds>(JsonOracleTests.Formatter.Format(Kinds.Parser.ParseFrom(bytes))).Equals(ours);
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "BridgeMesh.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
