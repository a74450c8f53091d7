using BridgeMesh.Codecs.Http.Headers;

namespace BridgeMesh.Codecs.Http.Tests.Headers;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData(null, nameof(MediaKind.Missing))]
    [InlineData("", nameof(MediaKind.Missing))]
    [InlineData("application/json", nameof(MediaKind.Json))]
    [InlineData("Application/JSON;charset=UTF-8", nameof(MediaKind.Json))]
    [InlineData("application/json; charset=\"utf-8\"", nameof(MediaKind.Json))]
    [InlineData("application/problem+json", nameof(MediaKind.Json))]
    [InlineData("application/json; charset=gbk", nameof(MediaKind.Other))]
    [InlineData("application/x-www-form-urlencoded", nameof(MediaKind.Form))]
    [InlineData("text/plain;charset=US-ASCII", nameof(MediaKind.Text))]
    [InlineData("application/octet-stream", nameof(MediaKind.Octets))]
    [InlineData("text/html", nameof(MediaKind.Other))]
    [InlineData("nonsense", nameof(MediaKind.Other))]
    public void KindOf_ContentType_IsRecognised(string? contentType, string expected) =>
        Assert.Equal(expected, MediaTypes.KindOf(contentType).ToString());
}
