using System.Text;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>The scanner takes exactly what the framework's reader takes, which is the simple reference for it.</summary>
public sealed class JsonScannerTests
{
    private static readonly string[] Seeds =
    [
        JsonTypedConformanceTests.Order,
        """[0,-0,1.5,-1.5e+10,1E-5,true,false,null,"",{},[],"a\"b\\c\/d\b\f\n\r\té😀"]""",
        """ { "a" : [ { } , [ ] , "x" ] , "b" : { "c" : null } } """,
        "[[[[[[]]]]]]",
    ];

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nul")]
    [InlineData("nulll")]
    [InlineData("True")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[1")]
    [InlineData("[1}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1]")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.e5")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("\"")]
    [InlineData("\"\\\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\t\"")]
    [InlineData("\"\u0001\"")]
    [InlineData("// comment\n1")]
    [InlineData("1 /* */")]
    [InlineData("1 1")]
    [InlineData("{}[]")]
    [InlineData("]")]
    [InlineData(":")]
    public void Read_NoJson_IsRefusedWithPlaceAndReason(string json)
    {
        var status = Json.Fault(json);
        Assert.True(status.Error is CodecError.Malformed or CodecError.Truncated, status.ToString());
        Assert.InRange(status.Offset, 0, Encoding.UTF8.GetByteCount(json));
        Assert.False(Reference(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("[1,2", CodecError.Truncated, 4)]
    [InlineData("{\"a\":1 \"b\"", CodecError.Malformed, 7)]
    [InlineData("[1,x]", CodecError.Malformed, 3)]
    [InlineData("\"abc", CodecError.Truncated, 4)]
    [InlineData("[1]  x", CodecError.Malformed, 5)]
    [InlineData("tru", CodecError.Truncated, 0)]
    public void Read_BrokenJson_NamesTheOffset(string json, CodecError error, long offset)
    {
        var status = Json.Fault(json);
        Assert.Equal((error, offset), (status.Error, status.Offset));
    }

    [Fact]
    public void Read_ByteOrderMark_IsStepped() => Assert.Equal("1", Json.ReadText("\uFEFF1"));

    [Fact]
    public void Read_DamagedJson_AgreesWithTheFrameworksReader() => Seeded.Run(20_000, random =>
    {
        var bytes = Mutation.Of(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
        using var tape = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(new(bytes), null, ValuePolicy.Default, tape);
        var expected = Reference(bytes);
        if (status.Error == CodecError.OverBudget)
        {
            // Numbers of more digits than anyone writes are JSON all the same.
            return;
        }

        Assert.True(status.IsOk == expected, $"{status}, the framework {(expected ? "takes" : "refuses")} {Convert.ToHexString(bytes)}");
    });

    [Fact]
    public void Skip_DamagedJson_AgreesWithReadingOnTheStructure() => Seeded.Run(20_000, random =>
    {
        // Letters only, so that text and escapes, which skipping does not look at, stay right.
        var text = Seeds[random.Next(Seeds.Length)].ToCharArray();
        for (var i = random.Next(4); i >= 0; i--)
        {
            text[random.Next(text.Length)] = "{}[],:1e.- tfn"[random.Next(14)];
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var scanner = new JsonScanner(bytes, 0);
        var skipped = scanner.Skip(128) && scanner.ExpectEnd();
        using var tape = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(new(bytes), null, ValuePolicy.Default, tape);
        if (status.Detail is not ("an escape that JSON does not have" or "the text is not UTF-8"))
        {
            Assert.True(status.IsOk == skipped, $"{status}, skipped {skipped}: {new string(text)}");
        }
    });

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Read_NestedTooDeep_IsRefused(char open, char close)
    {
        var start = open == '[' ? "[" : "{\"a\":";
        string Nest(int depth) => string.Concat(Enumerable.Repeat(start, depth - 1)) + open + close + new string(close, depth - 1);
        Assert.Equal(128, Json.Read(Nest(128)).Count - (open == '{' ? 127 : 0));
        var status = Json.Fault(Nest(129));
        Assert.Equal((CodecError.OverBudget, "nested more than 128 deep"), (status.Error, status.Detail));
        Assert.Equal(CodecError.OverBudget, Json.Fault(Nest(1_001), budget: TapeBudget.Default with { MaxDepth = 1_000 }).Error);
        Assert.Equal(CodecError.OverBudget, Json.Fault($"{{\"unknown\":{Nest(500)}}}", Shapes.Item).Error);
        Assert.Equal(CodecError.OverBudget, Json.Fault(string.Concat(Enumerable.Repeat(start, 1_000_000))).Error);
    }

    [Fact]
    public void ReadAndWrite_DeepestAllowed_DoesNotExhaustTheStack()
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":[", 500)) + string.Concat(Enumerable.Repeat("]}", 500));
        using var tape = new ValueTape(TapeBudget.Default with { MaxDepth = 1_000 });
        Assert.True(JsonPayloadCodec.Instance.Read(Json.Bytes(json), null, ValuePolicy.Default, tape).IsOk);
        Assert.Equal(json, Json.Write(tape));
    }

    private static bool Reference(byte[] json)
    {
        try
        {
            var text = json.AsSpan().StartsWith("\uFEFF"u8) ? json.AsSpan(3) : json;
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 128 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // The framework refuses escaped lone surrogates, which Java's strings may hold: those pass here.
    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            var raw = reader.ValueSpan;
            return System.Text.Unicode.Utf8.IsValid(raw) && raw.IndexOf("\\u"u8) >= 0 && JsonEscapes.Decode(raw, new byte[raw.Length]) >= 0;
        }
    }
}
