using System.Collections.Immutable;
using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>Why a request is answered before it becomes an exchange.</summary>
/// <param name="Http">Status code of the answer.</param>
/// <param name="Allow">Verbs that the path takes, for a 405.</param>
internal sealed record Refusal(int Http, string Type, string Title, string Detail, string? Allow = null)
{
    internal static readonly Refusal UnknownPath = Of(
        ExchangeStatus.Unimplemented,
        "no contract binds this path; the canonical form is POST /{service}/{method}");

    internal static readonly Refusal DotSegments = Of(ExchangeStatus.InvalidArgument, "the path has a . or .. segment");

    internal static readonly Refusal BadPath = Of(ExchangeStatus.InvalidArgument, "the path has a broken escape or is not UTF-8");

    internal static readonly Refusal TwoLengths = Of(
        ExchangeStatus.InvalidArgument, "the request has both Transfer-Encoding and Content-Length");

    internal static readonly Refusal BrokenBody = Of(
        ExchangeStatus.InvalidArgument,
        "the body ends early or its framing is broken");

    internal static Refusal Of(ExchangeStatus status, string detail)
    {
        var row = OutboundStatuses.Of(status);
        return new Refusal(row.Http, row.Type, row.Title, detail);
    }

    internal static Refusal WrongVerb(string verb, ImmutableArray<string> allowed) => new(
        405,
        OutboundStatuses.UrnPrefix + "method-not-allowed",
        "Method not allowed",
        $"the path does not take {verb}",
        string.Join(", ", allowed));

    internal static readonly Refusal WrongCoding = WrongMediaType($"plain or one of {ContentCoding.Offered}") with
    {
        AcceptEncoding = ContentCoding.Offered,
    };

    /// <summary>Codings that a body may have, for a 415.</summary>
    internal string? AcceptEncoding { get; init; }

    internal static Refusal NotAcceptable(string offered) => new(
        406, OutboundStatuses.UrnPrefix + "not-acceptable", "Not acceptable", $"the answer can be {offered}");

    internal static Refusal StreamOfRequests(string? why) =>
        Of(ExchangeStatus.Unimplemented, why ?? "the method takes a stream of requests") with { Http = 501 };

    internal static Refusal WrongMediaType(string expected) => new(
        415,
        OutboundStatuses.UrnPrefix + "unsupported-media-type",
        "Unsupported media type",
        $"the body must be {expected}");

    internal static Refusal TooLarge(long maxBytes) => Of(ExchangeStatus.RequestTooLarge, $"the body is longer than {maxBytes} bytes");
}
