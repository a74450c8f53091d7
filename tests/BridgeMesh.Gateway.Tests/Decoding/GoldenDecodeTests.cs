using System.Collections.Frozen;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Decoding;
using BridgeMesh.Gateway.Plugins;

namespace BridgeMesh.Gateway.Tests.Decoding;

/// <summary>Every recording is explained: the good ones whole, the odd ones with the place and the reason.</summary>
public sealed class GoldenDecodeTests
{
    /// <summary>Frames that were broken on purpose, with the offset at which the fault lies and a word that the explanation must have.</summary>
    private static readonly FrozenDictionary<string, (long At, string Word)> Odd = new Dictionary<string, (long, string)>(StringComparer.Ordinal)
    {
        ["unknown-type"] = (1, "type 9"),
        ["unknown-command"] = (2, "command 99"),
        ["unknown-codec"] = (9, "codec 77"),
        ["bad-crc-content"] = (54, "checksum"),
        ["truncated"] = (49, "3 more are needed"),
        ["class-length-32768"] = (14, "negative"),
        ["no-header"] = (66, "header map"),
        ["truncated-content"] = (873, "end inside a value"),
        ["empty-content"] = (494, "no content"),
        ["unknown-request-class"] = (22, "com.example.Unknown"),
        ["raw-empty-body"] = (16, "end inside a value"),
        ["raw-declared-length-over-payload"] = (16, "8388609 more"),
        ["raw-negative-length"] = (12, "-1"),
        ["raw-not-dubbo-telnet"] = (0, "none of"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Broken in the content, of which nothing is known, not even where it ends being right.</summary>
    private static readonly string[] Garbled = ["garbled-content", "raw-http", "raw-unknown-serialization-id"];

    private static readonly ConnectionDecoder Decoder = Create();

    [Fact]
    public void Decode_EveryFrameFile_HasCases()
    {
        // Of registries the nodes are recorded, not the frames.
        var files = GoldenRecordings.Files.Select(GoldenRecordings.NameOf)
            .Where(static f => !f.EndsWith("matrix.json", StringComparison.Ordinal) && !f.StartsWith("registry-", StringComparison.Ordinal)).ToHashSet();
        files.ExceptWith(GoldenRecordings.Cases().Select(c => c.File));
        Assert.Empty(files);
    }

    [Fact]
    public void Decode_EveryRecording_IsExplained()
    {
        var failures = new List<string>();
        var explained = 0;
        foreach (var recording in GoldenRecordings.Cases())
        {
            var decoded = Decode(recording.Bytes, null);
            failures.AddRange(Unexplained(recording, decoded).Select(f => $"{recording}: {f}"));
            explained++;
        }

        Assert.Empty(failures);
        Assert.True(explained > 900, $"only {explained} recordings were found");
    }

    [Fact]
    public void Decode_EveryHessianVector_IsReadOrRefusedAsItsRecorderDid()
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(GoldenRecordings.Files.Single(f => f.EndsWith("matrix.json", StringComparison.Ordinal)))).RootElement;
        var read = 0;
        foreach (var said in root.GetProperty("encode").EnumerateArray())
        {
            if (GoldenRecordings.BytesOf(said, "hessian") is { } bytes)
            {
                Assert.Equal(0, Decode(bytes, "hessian2").ProblemCount);
                read++;
            }
        }

        foreach (var said in root.GetProperty("decode").EnumerateArray())
        {
            // The untyped open list is Hessian that hessian-lite alone does not read.
            var isBroken = said.TryGetProperty("decodeError", out _) && said.GetProperty("name").GetString() != "list variable untyped x57";
            var frame = Assert.Single(Decode(GoldenRecordings.BytesOf(said, "hessian") ?? [], "hessian2").Frames);
            Assert.True(isBroken == frame.Problem is not null, $"{said.GetProperty("name")}: {frame.Problem}");
            read++;
        }

        Assert.True(read > 150, $"only {read} vectors were found");
    }

    private static IEnumerable<string> Unexplained(GoldenCase recording, DecodedConnection decoded)
    {
        var problems = decoded.Problems.Concat(decoded.Frames.Select(f => f.Problem).OfType<DecodeProblem>()).ToList();
        foreach (var problem in problems.Where(p => p.What.Length == 0 || p.At < 0 || p.At > recording.Bytes.Length))
        {
            yield return $"{problem} is no place in {recording.Bytes.Length} bytes";
        }

        var name = recording.Name;
        var isMadeByHand = recording.File.Contains("odd-frames", StringComparison.Ordinal) || recording.File.Contains("envelope", StringComparison.Ordinal)
            || name.StartsWith("raw-", StringComparison.Ordinal);
        if (isMadeByHand && Odd.TryGetValue(name, out var fault))
        {
            if (!problems.Exists(p => p.At == fault.At && p.What.Contains(fault.Word, StringComparison.Ordinal)))
            {
                yield return $"told {string.Join("; ", problems)} and not '{fault.Word}' at {fault.At}";
            }

            yield break;
        }

        if (isMadeByHand && Garbled.Contains(name))
        {
            if (problems.Count == 0 && !decoded.Frames.Exists(f => f.Note is not null))
            {
                yield return "told nothing";
            }

            yield break;
        }

        foreach (var frame in decoded.Frames)
        {
            var problem = frame.Problem;
            if (problem is not null && !MayBeUnread(recording, frame))
            {
                yield return $"{frame.Kind} {problem}";
            }

            foreach (var difference in frame.Kind == "request" ? Differences(recording, frame) : [])
            {
                yield return difference;
            }
        }

        foreach (var problem in decoded.Problems)
        {
            yield return problem.ToString();
        }
    }

    /// <summary>Serializations and generic forms that the gateway need not read: then their name must be in the explanation.</summary>
    private static bool MayBeUnread(GoldenCase recording, DecodedFrame frame) =>
        frame.Serialization is "fastjson" or "fastjson2" or "protobuf" or "json"
        || (recording.File.Contains("generic", StringComparison.Ordinal) && frame.Problem?.What.Contains("generic", StringComparison.Ordinal) == true);

    private static IEnumerable<string> Differences(GoldenCase recording, DecodedFrame frame)
    {
        var said = recording.Said;
        var (service, method, parameters) = said.TryGetProperty("requestDecoded", out var dubbo) && dubbo.ValueKind == JsonValueKind.Object && dubbo.TryGetProperty("method", out _)
            ? (TextOf(dubbo, "path"), TextOf(dubbo, "method"), JavaSignature.Of(TextOf(dubbo, "parameterTypesDesc") ?? string.Empty).TypeNames.Length)
            : (null, said.TryGetProperty("expected", out var bolt) && bolt.ValueKind == JsonValueKind.Object ? TextOf(bolt, "method") : null, -1);
        if (frame.Content is not null || (method is null && frame.Note is not null))
        {
            yield break; // A value on plain Bolt names no method.
        }

        if (frame.Service is null || frame.Method is null)
        {
            yield return "names no service and method";
        }

        var isGeneric = method?.StartsWith("$invoke", StringComparison.Ordinal) == true || recording.File.Contains("generic", StringComparison.Ordinal);
        if (method is not null && !isGeneric && frame.Method != method)
        {
            yield return $"method {frame.Method} instead of {method}";
        }

        if (service is not null && frame.Service?.Contains(service, StringComparison.Ordinal) != true)
        {
            yield return $"service {frame.Service} instead of {service}";
        }

        if (frame.Problem is null && !isGeneric && parameters >= 0 && (frame.Arguments?.Count != parameters || frame.ParameterTypes?.Count != parameters))
        {
            yield return $"{frame.Arguments?.Count} arguments of {frame.ParameterTypes?.Count} types instead of {parameters}";
        }

        if (frame.Problem is null && frame.Arguments is { } arguments && arguments.Exists(a => a.Type.Length == 0 || a.Json.Length == 0))
        {
            yield return "has an argument without a type or a value";
        }
    }

    private static string? TextOf(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DecodedConnection Decode(byte[] bytes, string? protocol) =>
        Decoder.Decode(Recording.OfBytes("test", bytes).Connections[0], protocol);

    private static ConnectionDecoder Create()
    {
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        return new ConnectionDecoder(catalog, BuiltInPlugins.Payloads);
    }
}
