using System.Buffers;
using System.Globalization;
using System.Text;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Tests.Linting;

/// <summary>Each rule about JSON beside what the codec does: a verdict must be true to it.</summary>
public sealed class JsonLintTests
{
    private static readonly JsonPayloadCodec Json = JsonPayloadCodec.Instance;

    [Fact]
    public void Long_AsNumber_IsRoundedByReadersOfDoubles()
    {
        const long Odd = (1L << 53) + 1;
        var contract = Lints.Taking("long", "long: number");
        Assert.Equal(["Lossy long-in-json v"], Lints.Of(contract, "http"));
        var written = Lints.Written(Json, contract, static t => t.AddInt64(Odd));
        Assert.Equal("9007199254740993", written);
        Assert.NotEqual(Odd, (long)double.Parse(written, CultureInfo.InvariantCulture));

        var asText = Lints.Taking("long");
        Assert.Empty(Lints.Of(asText, "http"));
        Assert.Equal("\"9007199254740993\"", Lints.Written(Json, asText, static t => t.AddInt64(Odd)));
    }

    [Fact]
    public void Decimal_AsNumber_IsRoundedByReadersOfDoubles()
    {
        var contract = Lints.Taking("Item", "decimal: number");
        Assert.Equal(["Lossy decimal-in-json v.price"], Lints.Of(contract, "http"));
        var number = Lints.Taking("decimal", "decimal: number");
        var written = Lints.Written(Json, number, static t => t.AddText(ValueKind.Decimal, "0.10000000000000000001"u8));
        Assert.Equal("0.10000000000000000001", written);
        Assert.Equal(0.1, double.Parse(written, CultureInfo.InvariantCulture));
        Assert.Empty(Lints.Of(Lints.Taking("Item"), "http"));
    }

    [Fact]
    public void Time_InMilliseconds_LosesWhatIsFiner()
    {
        var contract = Lints.Taking("timestamp", "dates: epoch-ms");
        Assert.Equal(["Lossy time-precision v"], Lints.Of(contract, "http"));
        Assert.Equal("(java.sql.Timestamp)@7", Lints.RoundTrip(Json, contract, static t => t.AddInstant(7, 5)));
        Assert.Empty(Lints.Of(Lints.Taking("timestamp"), "http"));
        Assert.Equal("(java.sql.Timestamp)@7+5ns", Lints.RoundTrip(Json, Lints.Taking("timestamp"), static t => t.AddInstant(7, 5)));
    }

    [Fact]
    public void Any_LosesTheClass()
    {
        var contract = Lints.Taking("any");
        Assert.Equal(["Lossy untyped-value v"], Lints.Of(contract, "http"));
        Assert.Equal("map{\"sku\": \"s\"}", Lints.RoundTrip(Json, contract, static t => Lints.Item(t)));
    }

    [Fact]
    public void Subclass_IsNotNamedInAnAnswer()
    {
        var contract = Lints.Taking("Animal");
        Assert.Equal(["Lossy subclass-unnamed v"], Lints.Of(contract, "http"));
        Assert.Equal("""{"lives":9,"name":"Tom"}""", Lints.Written(Json, contract, Lints.Cat));
    }

    [Fact]
    public void MapKey_ThatIsAClass_IsRefused()
    {
        var contract = Lints.KeyedByItem();
        Assert.Equal(["Unsupported map-key v{key}"], Lints.Of(contract, "http"));
        Assert.Equal("refused: a key that is no scalar has no form in JSON", Lints.Written(Json, contract, static t =>
        {
            t.BeginMap();
            Lints.Item(t);
            t.AddString("x"u8);
            t.End();
        }));
    }

    [Fact]
    public void MapKey_OfAnyType_BecomesText()
    {
        var contract = Lints.Taking("map<any, string>");
        Assert.Equal(["Lossy untyped-key v{key}"], Lints.Of(contract, "http"));
        Assert.Equal("map{\"1\": \"x\"}", Lints.RoundTrip(Json, contract, static t =>
        {
            t.BeginMap();
            t.AddInt32(1);
            t.AddString("x"u8);
            t.End();
        }));
    }

    [Fact]
    public void Cycle_IsRefused_UnlessReferencesAreWritten()
    {
        var copied = Lints.Taking("Node");
        Assert.Equal(["Lossy cyclic-type v"], Lints.Of(copied, "http"));
        Assert.StartsWith("refused: ", Lints.Written(Json, copied, Lints.Ring), StringComparison.Ordinal);

        var referred = Lints.Taking("Node", "references: ref");
        Assert.Empty(Lints.Of(referred, "http"));
        Assert.Equal("""{"name":"n","next":{"$ref":"$"}}""", Lints.Written(Json, referred, Lints.Ring));
    }

    [Fact]
    public void Overloads_ThatABodyCannotTellApart_AreAmbiguous()
    {
        var contract = Lints.Contract("      m:\n        - { parameters: { v: int }, returns: void }\n        - { parameters: { v: long }, returns: void }\n");
        Assert.Equal(["Ambiguous overload-collides", "Ambiguous overload-collides"], Lints.Of(contract, "http"));
        var status = JsonOverloads.Select(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("""{"v":7}""")), contract.Overloads("m"), 100, out _);
        Assert.Contains("ambiguous", status.Detail, StringComparison.Ordinal);

        var apart = Lints.Contract("      m:\n        - { parameters: { v: int }, returns: void }\n        - { parameters: { v: string }, returns: void }\n");
        Assert.Empty(Lints.Of(apart, "http"));
        Assert.True(JsonOverloads.Select(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("""{"v":7}""")), apart.Overloads("m"), 100, out _).IsOk);
    }

    [Fact]
    public void Paths_OfAList_NameTheFirstPlaceOfAClass()
    {
        var contract = Lints.Contract("      m: { parameters: { left: \"list<map<string, Box>>\", right: Box }, returns: Box }\n", "decimal: number");
        Assert.Equal(["Lossy untyped-value left[]{}.extra", "Lossy decimal-in-json left[]{}.items[].price"], Lints.Of(contract, "http"));
    }

    [Fact]
    public void Fine_TellsOfEdges()
    {
        var contract = Lints.Contract("      m: { parameters: { v: int }, returns: void, oneway: true }\n");
        Assert.Equal(["Fine oneway", "Fine undeclared-exception throws com.acme.shop.Wrong"], Lints.Of(contract, "http", LintLevel.Fine));
    }
}
