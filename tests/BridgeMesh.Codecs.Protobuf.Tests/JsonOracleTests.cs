using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>Our canonical JSON against that of protobuf's own library: what it writes we read, what we write it reads, and both write the same.</summary>
public sealed class JsonOracleTests
{
    private const int Rounds = 1_000;

    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(
        KindsReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.TimestampReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor);

    internal static JsonFormatter Formatter { get; } = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));

    internal static JsonParser Parser { get; } = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    [Fact]
    public void RandomMessages_AsTheLibraryWritesThem_ReadAsTheSame() => Seeded.Run(Rounds, static random =>
    {
        var message = Kinds.Parser.ParseFrom(new RandomMessages(random).Fill(new Kinds()).ToByteArray());
        var json = Formatter.Format(message);
        var again = Kinds.Parser.ParseFrom(ToBinary(json, Peer.Kinds));
        Assert.True(Parser.Parse<Kinds>(json).Equals(again), $"{Difference.Of(message, again)}\n{json}");
    });

    [Fact]
    public void RandomMessages_AsWeWriteThem_ReadAsTheSame() => Seeded.Run(Rounds, static random =>
    {
        var bytes = new RandomMessages(random).Fill(new Kinds()).ToByteArray();
        var message = Kinds.Parser.ParseFrom(bytes);
        var json = ToJson(bytes, Peer.Kinds);
        using var ours = JsonDocument.Parse(json);
        using var theirs = JsonDocument.Parse(Formatter.Format(message));
        AssertSame(theirs.RootElement, ours.RootElement, "$");
        var again = Parser.Parse<Kinds>(json);
        Assert.True(Parser.Parse<Kinds>(Formatter.Format(message)).Equals(again), $"{Difference.Of(message, again)}\n{json}");
    });

    internal static byte[] ToBinary(string json, TypeShape shape)
    {
        using var tape = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), shape, Peer.ProtoJson, tape);
        Assert.True(status.IsOk, $"{status} in {json}");
        return Peer.Write(tape, shape);
    }

    internal static string ToJson(byte[] bytes, TypeShape shape)
    {
        using var tape = Peer.Read(bytes, shape);
        using var output = new FrameWriter();
        var status = JsonPayloadCodec.Instance.Write(tape, 0, shape, Peer.ProtoJson, output);
        Assert.True(status.IsOk, status.ToString());
        return Encoding.UTF8.GetString(output.Written);
    }

    private static void AssertSame(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: {expected} became {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var names = expected.EnumerateObject().Select(p => p.Name).Order().ToArray();
                Assert.Equal(names, actual.EnumerateObject().Select(p => p.Name).Order().ToArray());
                Array.ForEach(names, n => AssertSame(expected.GetProperty(n), actual.GetProperty(n), $"{path}.{n}"));
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                for (var i = 0; i < expected.GetArrayLength(); i++)
                {
                    AssertSame(expected[i], actual[i], $"{path}[{i}]");
                }

                break;
            case JsonValueKind.Number:
                // One writes 1, the other 1.0.
                var (left, right) = (Number(expected), Number(actual));
                Assert.True(left.Equals(right) || (float)left == (float)right, $"{path}: {expected.GetRawText()} became {actual.GetRawText()}");
                break;
            case JsonValueKind.String:
                Assert.True(expected.GetString() == actual.GetString(), $"{path}: {expected} became {actual}");
                break;
        }
    }

    private static double Number(JsonElement number) => double.Parse(number.GetRawText(), CultureInfo.InvariantCulture);
}
