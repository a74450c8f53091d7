using BridgeMesh.Core.Tracing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Tracing;

public sealed class TraceContextTests
{
    private const string Trace = "80f198ee56343ba864fe8b2a57d3eff7";
    private const string Span = "e457b5a2e4d86bd1";

    [Theory]
    [InlineData("01", "1")]
    [InlineData("00", "0")]
    public void TraceParent_BecomesB3_AndStays(string flags, string sampled)
    {
        var metadata = Of(("traceparent", $"00-{Trace}-{Span}-{flags}"));
        TraceContext.Complete(metadata);
        Assert.Equal([$"00-{Trace}-{Span}-{flags}", Trace, Span, sampled], Values(metadata, "traceparent", "x-b3-traceid", "x-b3-spanid", "x-b3-sampled"));
    }

    [Theory]
    [InlineData($"{Trace}-{Span}-1-05e3ac9a4f6e3b90", $"00-{Trace}-{Span}-01")]
    [InlineData($"{Trace}-{Span}-d", $"00-{Trace}-{Span}-01")]
    [InlineData($"{Trace}-{Span}-0", $"00-{Trace}-{Span}-00")]
    [InlineData($"{Trace}-{Span}", $"00-{Trace}-{Span}-00")]
    [InlineData($"64FE8B2A57D3EFF7-{Span}-1", $"00-000000000000000064fe8b2a57d3eff7-{Span}-01")]
    public void SingleB3_BecomesTraceParent(string b3, string expected)
    {
        var metadata = Of(("b3", b3));
        TraceContext.Complete(metadata);
        Assert.Equal([b3, expected], Values(metadata, "b3", "traceparent"));
    }

    [Fact]
    public void SeveralB3_BecomeTraceParent()
    {
        var metadata = Of(("X-B3-TraceId", Trace), ("X-B3-SpanId", Span), ("X-B3-Sampled", "1"));
        TraceContext.Complete(metadata);
        Assert.Equal($"00-{Trace}-{Span}-01", metadata.Find("traceparent"));
        Assert.Equal(4, metadata.Count);
    }

    [Theory]
    [InlineData("b3", "0")]
    [InlineData("b3", "1-2-3-4-5-6")]
    [InlineData("b3", "zzf198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1")]
    [InlineData("b3", "00000000000000000000000000000000-e457b5a2e4d86bd1-1")]
    [InlineData("traceparent", "00-xyz")]
    [InlineData("traceparent", "ff-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01")]
    [InlineData("x-tenant", "blue")]
    public void WhatIsNoTrace_AddsNothing(string name, string value)
    {
        var metadata = Of((name, value));
        TraceContext.Complete(metadata);
        Assert.Equal(1, metadata.Count);
    }

    [Fact]
    public void BothForms_StayAsTheCallerSentThem()
    {
        var metadata = Of(("traceparent", $"00-{Trace}-{Span}-01"), ("b3", $"{Trace}-aaaaaaaaaaaaaaaa-1"));
        TraceContext.Complete(metadata);
        Assert.Equal(2, metadata.Count);
    }

    private static Metadata Of(params (string Name, string Value)[] pairs)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in pairs)
        {
            metadata.TryAdd(name, value);
        }

        return metadata;
    }

    private static string[] Values(Metadata metadata, params string[] names) => [.. names.Select(n => metadata.Find(n) ?? "none")];
}
