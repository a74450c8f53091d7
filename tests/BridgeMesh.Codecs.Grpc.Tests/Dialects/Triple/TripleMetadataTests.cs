using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Triple;

public sealed class TripleMetadataTests
{
    [Theory]
    [InlineData("tenant", "acme", "tenant", "acme")]
    [InlineData("userId", "7", "userid", "7")]
    [InlineData("note", "grüß", "note-bin", "Z3LDvMOf")]
    [InlineData("key-bin", "AAEC", "key-bin", "AAEC")]
    public void OnWire_AnAttachment_HasALowerCaseNameAndAscii(string name, string value, string wireName, string wireValue) =>
        Assert.Equal((wireName, wireValue), TripleMetadata.OnWire(name, value));

    [Theory]
    [InlineData("tri-service-version", "1")]
    [InlineData("tri-exception-code", "3")]
    [InlineData("grpc-timeout", "1m")]
    [InlineData("content-type", "text/plain")]
    [InlineData("path", "com.acme.Other")]
    [InlineData("no way", "x")]
    [InlineData("key-bin", "ü")]
    [InlineData("line", "a\r\nb: c")]
    public void OnWire_WhatIsNoAttachment_StaysBehind(string name, string value) => Assert.Null(TripleMetadata.OnWire(name, value));

    [Theory]
    [InlineData("tri-consumer-appname")]
    [InlineData("TRI-Service-Group")]
    [InlineData("te")]
    [InlineData("grpc-accept-encoding")]
    public void Read_TriplesOwn_IsNoAttachment(string name)
    {
        var metadata = new Metadata();
        TripleMetadata.Read(name, "x", metadata);
        Assert.Equal(0, metadata.Count);
    }

    [Fact]
    public void Convert_NamesWithCapitals_ComeBackAsTheyWere()
    {
        var sent = new Metadata();
        sent.Set("userId", "7");
        sent.Set("Tenant", "acme");
        sent.Set("plain", "x");
        var header = TripleMetadata.ConvertOf(sent);
        Assert.NotNull(header);
        Assert.DoesNotContain(header, static c => c is < '!' or > '~');

        var received = new Metadata();
        TripleMetadata.Read("userid", "7", received);
        TripleMetadata.Read("tenant", "acme", received);
        TripleMetadata.Read("plain", "x", received);
        TripleMetadata.Restore(header, received);
        Assert.Equal(
            ["Tenant=acme", "plain=x", "userId=7"],
            received.Entries.ToArray().Select(static e => $"{e.Key}={e.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary>As Java writes it: QueryStringEncoder of {"userid":"userId"}.</summary>
    [Fact]
    public void Restore_JavasHeader_GivesTheNameBack()
    {
        var metadata = new Metadata();
        metadata.Set("userid", "7");
        TripleMetadata.Restore("%7B%22userid%22%3A%22userId%22%7D", metadata);
        Assert.Equal("userId", metadata[0].Key);
    }

    [Theory]
    [InlineData("%7B%22userid%22%3A%22tri-service-version%22%7D")]
    [InlineData("{\"userid\":7}")]
    [InlineData("[]")]
    [InlineData("%zz")]
    public void Restore_WhatIsNoSpellingOfTheName_ChangesNothing(string header)
    {
        var metadata = new Metadata();
        metadata.Set("userid", "7");
        TripleMetadata.Restore(header, metadata);
        Assert.Equal(("userid", "7"), (metadata[0].Key, metadata[0].Value));
    }

    [Fact]
    public void ConvertOf_LowerCaseNames_IsNotNeeded()
    {
        var metadata = new Metadata();
        metadata.Set("tenant", "acme");
        Assert.Null(TripleMetadata.ConvertOf(metadata));
    }
}
