using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Exchanges;
using DubboIn = BridgeMesh.Codecs.Dubbo.Statuses.InboundStatuses;
using DubboOut = BridgeMesh.Codecs.Dubbo.Statuses.OutboundStatuses;
using GrpcIn = BridgeMesh.Codecs.Grpc.Faults.InboundStatuses;
using GrpcOut = BridgeMesh.Codecs.Grpc.Faults.OutboundStatuses;
using HttpIn = BridgeMesh.Codecs.Http.Faults.InboundStatuses;
using HttpOut = BridgeMesh.Codecs.Http.Faults.OutboundStatuses;

namespace BridgeMesh.Crossing.Statuses;

/// <summary>docs/errors.md says of every row what the codecs' tables say, and nothing else.</summary>
public sealed class StatusDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "errors.md"));

    [Fact]
    public void Outbound_EveryStatus_IsDocumented() => AssertTable("outbound", Enum.GetValues<ExchangeStatus>().Select(Outbound));

    [Fact]
    public void InboundDubbo_EveryRow_IsDocumented() => AssertTable("inbound-dubbo", DubboIn.Rows.Select(static r =>
        $"| {r.Code} | {(r.Marker is null ? string.Empty : $"`{r.Marker}`")} | {r.Status} | {YesNo(r.MayHaveExecuted)} | {r.By} |"));

    [Fact]
    public void InboundBolt_EveryStatus_IsDocumented()
    {
        int[] statuses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18];
        AssertTable(
            "inbound-bolt",
            [
                Bolt("0, isError", "RPC-020100010", InboundTable.OfFrameworkError("RPC-020100010")),
                Bolt("0, isError", null, InboundTable.OfFrameworkError(null)),
                Bolt("2", "No user processor found", InboundTable.OfStatus(2, "No user processor found")),
                .. statuses.Select(static s => Bolt($"{s}", null, InboundTable.OfStatus(s, null))),
                Bolt("any other", null, InboundTable.OfStatus(99, null)),
            ]);
    }

    [Fact]
    public void InboundHttp_EveryRow_IsDocumented() => AssertTable("inbound-http", HttpIn.Rows.Select(static r =>
        $"| {(r.From == r.To ? $"{r.From}" : $"{r.From}–{r.To}")} | {r.Bare} | {r.Application} | {YesNo(r.MayHaveExecuted)} |"));

    [Fact]
    public void InboundGrpc_EveryRow_IsDocumented() => AssertTable("inbound-grpc", GrpcIn.Rows.Select(static r =>
        $"| {r.Code} | {r.Status} | {YesNo(r.MayHaveExecuted)} |"));

    private static string Outbound(ExchangeStatus status)
    {
        var http = HttpOut.Of(status);
        var grpc = GrpcOut.Of(status);
        var dubbo = DubboOut.Rows[(int)status];
        var bolt = OutboundTable.Of(status, mayHaveExecuted: false);
        var boltAfter = OutboundTable.Of(status, mayHaveExecuted: true);
        return $"| {status} | {Cell($"{http.Http}", http.Retried, $"{HttpOut.CodeOf(http, true)}")} "
            + $"| {Cell($"{grpc.Code}", grpc.Code != grpc.CodeAfterExecution, $"{grpc.CodeAfterExecution}")} "
            + $"| {(dubbo.Code == 0 ? "–" : Cell($"{dubbo.Code}", dubbo.Retried, $"{DubboOut.FormOf(dubbo, true)} + Throwable"))} "
            + $"| {(bolt.Form == ReplyForm.Nothing ? "–" : Cell(BoltForm(bolt), bolt.Retried, BoltForm(boltAfter)))} |";
    }

    private static string Cell(string plain, bool retried, string otherwise) => retried ? $"{plain} ↻, else {otherwise}" : plain;

    private static string BoltForm(OutboundRow row) => row.Form switch
    {
        ReplyForm.Exception => $"{row.Status} + Throwable",
        ReplyForm.FrameworkError => $"{row.Status} + isError",
        _ => $"{row.Status}",
    };

    private static string Bolt(string status, string? marker, InboundRow row) =>
        $"| {status} | {(marker is null ? string.Empty : $"`{marker}`, and others")} | {row.Status} | {YesNo(row.MayHaveExecuted)} |";

    private static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>The lines below the table's head, between its two marks.</summary>
    private static void AssertTable(string name, IEnumerable<string> rows)
    {
        var begin = Document.IndexOf($"<!-- {name}:begin -->", StringComparison.Ordinal);
        var end = Document.IndexOf($"<!-- {name}:end -->", StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"errors.md has no table {name}");
        var written = Document[begin..end].Split('\n').Skip(3).Where(static l => l.Length > 0);
        var expected = string.Join('\n', rows);
        Assert.True(expected == string.Join('\n', written), $"errors.md should say of {name}:\n{expected}");
    }
}
