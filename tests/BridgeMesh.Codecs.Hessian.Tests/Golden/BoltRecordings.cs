using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Contents of recorded Bolt frames of codec 1.</summary>
internal static class BoltRecordings
{
    private const string SofaRequest = "com.alipay.sofa.rpc.core.request.SofaRequest";
    private const string SofaResponse = "com.alipay.sofa.rpc.core.response.SofaResponse";

    /// <summary>Cases whose request content was damaged on purpose.</summary>
    private static readonly string[] Damaged = ["garbled-content", "truncated-content", "empty-content"];

    internal static IEnumerable<Recording> Load(string file, JsonElement document)
    {
        // Only this file was made with the final tags.
        var dialect = file == "bolt/node-hessian4" ? HessianDialect.Final : HessianDialect.Draft;
        var isNode = file is "bolt/node-hessian4" or "bolt/node-client-java-server";
        foreach (var item in document.GetProperty("cases").EnumerateArray())
        {
            var name = item.GetProperty("name").GetString() ?? string.Empty;
            var expected = item.GetProperty("expected");
            if (Content(item, expected, "request", out var request, out var requestClass))
            {
                yield return new Recording(file, name, "request", dialect, request)
                {
                    Place = requestClass == SofaRequest ? ViewPlace.AfterFirst : ViewPlace.Whole,
                    View = GenericArguments(file, View(expected, "args")),
                    IsNodeView = isNode,
                    IsBroken = Array.IndexOf(Damaged, name) >= 0,
                };
            }

            if (Content(item, expected, "response", out var response, out var responseClass))
            {
                yield return new Recording(file, name, "response", dialect, response)
                {
                    Place = responseClass == SofaResponse ? ViewPlace.AppResponse
                        : expected.TryGetProperty("clientException", out var failed) && failed.GetString() != "none" ? ViewPlace.None
                        : ViewPlace.Whole,
                    View = expected.TryGetProperty("exception", out _) ? View(expected, "exception") : View(expected, "result"),
                    IsNodeView = isNode,
                };
            }
        }
    }

    private static bool Content(JsonElement item, JsonElement expected, string side, out byte[] content, out string className)
    {
        content = [];
        className = string.Empty;
        if (!expected.TryGetProperty(side, out var frame) || frame.ValueKind != JsonValueKind.Object
            || Recordings.BytesOf(item, side) is not { } bytes
            || !frame.TryGetProperty("contentOffset", out var offset)
            || frame.GetProperty("codec").GetInt32() != 1)
        {
            return false;
        }

        className = frame.TryGetProperty("className", out var found) ? found.GetString() ?? string.Empty : string.Empty;
        content = bytes.AsSpan(offset.GetInt32(), frame.GetProperty("contentLength").GetInt32()).ToArray();

        // An answer without a body has no class and no content.
        return content.Length > 0 || className == SofaRequest;
    }

    /// <summary>A generic call was made with method name, signature and arguments; only the arguments are arguments on the wire.</summary>
    private static JsonElement GenericArguments(string file, JsonElement args) =>
        file == "bolt/sofarpc-java-generic" && args.GetArrayLength() >= 3 && args[2].TryGetProperty("items", out var items) ? items : args;

    private static JsonElement View(JsonElement expected, string name) => expected.TryGetProperty(name, out var view) ? view : default;
}
