using System.Buffers;
using System.Text.Unicode;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>Reads a request's metadata and arguments onto the exchange.</summary>
internal static class RequestArguments
{
    /// <summary>Headers that mean something to the application, in their order; each value of a repeated one by itself.</summary>
    internal static void ReadMetadata(HttpCall call, Metadata into)
    {
        var headers = call.Context.Request.Headers;
        var connection = headers.Connection.ToString();
        foreach (var (name, values) in headers)
        {
            if (HeaderRules.IsReserved(name)
                || HeaderRules.IsNamedIn(connection, name)
                || (HeaderRules.IsCredential(name) && call.Credentials != CredentialPolicy.All))
            {
                continue;
            }

            foreach (var value in values)
            {
                // Kestrel's bound on the number of headers is that of the metadata, so there is room.
                into.TryAdd(name, value ?? string.Empty);
            }
        }

        if (call.Credentials != CredentialPolicy.None)
        {
            call.Authorization = headers.Authorization;
            call.Cookie = headers.Cookie;
        }
    }

    /// <summary>Whether the body is of a type that the binding takes; asked before the body is read.</summary>
    internal static Refusal? CheckMediaType(HttpCall call)
    {
        var kind = MediaTypes.KindOf(call.Context.Request.ContentType);
        if (call.Context.Request.ContentLength == 0)
        {
            return null;
        }

        if (ContentCoding.Of(call.Context.Request.Headers.ContentEncoding) == Coding.Unknown)
        {
            return Refusal.WrongCoding;
        }

        if (kind == MediaKind.Missing)
        {
            return null;
        }

        if (call.Route is not { } route)
        {
            return kind == MediaKind.Json ? null : Refusal.WrongMediaType($"application/json in {Charset.Offered}");
        }

        return route.Plan.Body switch
        {
            BodyForm.None => null,
            BodyForm.Form when kind == MediaKind.Form && Charset.Of(call.Context.Request.ContentType) == CharsetKind.Utf8 => null,
            BodyForm.Form or BodyForm.Parts => CheckForm(call, route.Plan.Body, kind),
            BodyForm.Whole => CheckWhole(kind, BodyType(route).Kind),
            _ => kind == MediaKind.Json ? null : Refusal.WrongMediaType($"application/json in {Charset.Offered}"),
        };
    }

    internal static CodecStatus Read(HttpCall call, Exchange exchange)
    {
        if (call.Route is { } route)
        {
            return ReadBound(call, route, exchange);
        }

        return CanonicalArguments.Read(call, exchange);
    }

    private static CodecStatus ReadBound(HttpCall call, HttpRoute route, Exchange exchange)
    {
        var tape = exchange.Request;
        if (route.Plan.Body is BodyForm.Form or BodyForm.Parts)
        {
            return ReadForm(call, route, tape);
        }

        if (route.Plan.Body != BodyForm.Members)
        {
            return ReadEach(call, route, call.Body, null, default, tape);
        }

        var located = JsonMembers.Locate(call.Body, route.Plan.Binding, route.Contract.Policy, tape, out var members);
        using (members)
        {
            return located.IsOk ? ReadEach(call, route, call.Body, null, members, tape) : located;
        }
    }

    private static CodecStatus ReadForm(HttpCall call, HttpRoute route, ValueTape tape)
    {
        if (MediaTypes.KindOf(call.Context.Request.ContentType) != MediaKind.Multipart)
        {
            return ReadEach(call, route, call.Body, null, default, tape);
        }

        var boundary = MultipartForm.BoundaryOf(call.Context.Request.ContentType) ?? string.Empty; // CheckForm has seen it
        var problem = MultipartForm.Read(call.Body, boundary, out var parts);
        using (parts)
        {
            if (problem is not null)
            {
                return tape.Fail(CodecError.Malformed, problem);
            }

            using var pairs = new FrameWriter();
            if (route.Plan.HasForm)
            {
                parts.WritePairs(pairs);
            }

            return ReadEach(call, route, new ReadOnlySequence<byte>(pairs.WrittenMemory), parts, default, tape);
        }
    }

    /// <param name="form">The pairs of the form, where there is one.</param>
    /// <param name="parts">The parts of a multipart form.</param>
    private static CodecStatus ReadEach(
        HttpCall call, HttpRoute route, in ReadOnlySequence<byte> form, MultipartForm? parts, scoped in JsonMembers members, ValueTape tape)
    {
        var policy = route.Contract.Policy;
        foreach (var parameter in route.Plan.Parameters)
        {
            var type = route.Shape.Parameters[parameter.Ordinal].Type;
            var status = parameter.Source switch
            {
                HttpSource.Path => ReadPath(call, route, parameter, type, policy, tape),
                HttpSource.Query => TextArguments.ReadQuery(call.RawTarget, route.Plan, parameter, type, policy, tape),
                HttpSource.Header => TextArguments.ReadHeader(call.Context.Request.Headers, parameter.WireName, type, policy, tape),
                HttpSource.Cookie => TextArguments.ReadCookie(call.Context.Request.Headers, parameter.WireName, type, policy, tape),
                HttpSource.Form => TextArguments.ReadForm(form, route.Plan, parameter, type, policy, tape),
                HttpSource.Part => ReadPart(parts, parameter.WireName, type, policy, tape),
                HttpSource.BodyMember => members.Read(parameter.Ordinal, type, policy, tape),
                _ => ReadWhole(call, type, policy, tape),
            };
            if (!status.IsOk)
            {
                return status;
            }
        }

        return tape.Status;
    }

    // A request without a body has no parts either.
    private static CodecStatus ReadPart(MultipartForm? parts, string name, TypeShape type, ValuePolicy policy, ValueTape tape) =>
        parts is null ? TextArguments.AddMissing("part", name, type, tape) : PartArguments.Read(parts, name, type, policy, tape);

    private static Refusal? CheckForm(HttpCall call, BodyForm form, MediaKind kind) => kind switch
    {
        MediaKind.Multipart when MultipartForm.BoundaryOf(call.Context.Request.ContentType) is not null => null,
        MediaKind.Multipart => Refusal.Of(ExchangeStatus.InvalidArgument, "the Content-Type names no boundary of 1 to 70 letters"),
        _ => Refusal.WrongMediaType(form == BodyForm.Parts ? "multipart/form-data" : $"{MediaTypes.Form}, or multipart/form-data"),
    };

    private static CodecStatus ReadPath(
        HttpCall call, HttpRoute route, HttpParameter parameter, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        var capture = route.Plan.Captures[parameter.Ordinal];
        if (capture < 0)
        {
            return tape.Fail(CodecError.TypeMismatch, $"the path has no place for '{parameter.WireName}'");
        }

        var path = RequestTarget.PathOf(call.RawTarget);
        var raw = route.Plan.Template.KeepsSlash(parameter.WireName)
            ? call.Captures.OfRest(path, capture)
            : call.Captures.Of(path, capture);
        return TextArguments.ReadOne(
            RequestTarget.RestWithoutMatrix(raw), plusIsSpace: false, "path variable", parameter.WireName, type, policy, tape);
    }

    private static CodecStatus ReadWhole(HttpCall call, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        var kind = MediaTypes.KindOf(call.Context.Request.ContentType);
        var body = call.Body;
        if (kind == MediaKind.Text)
        {
            return ReadText(body, type, policy, tape);
        }

        if (kind == MediaKind.Octets)
        {
            tape.AddBytes(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
            return tape.Status;
        }

        if (!body.IsEmpty)
        {
            return JsonFormat.Codec.Read(body, type, policy, tape);
        }

        return TextArguments.AddMissing("body", null, type, tape);
    }

    // Spring hands a text/plain body to a String parameter as it is.
    private static CodecStatus ReadText(in ReadOnlySequence<byte> body, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        var text = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (!Utf8.IsValid(text))
        {
            return tape.Fail(CodecError.Malformed, "the body is not UTF-8");
        }

        return TextScalar.Read(text, type, tape, policy);
    }

    private static Refusal? CheckWhole(MediaKind media, ShapeKind type) => (media, type) switch
    {
        (MediaKind.Json, _) => null,
        (MediaKind.Octets, ShapeKind.Bytes) => null,
        (MediaKind.Text, (>= ShapeKind.Bool and <= ShapeKind.Enum and not ShapeKind.Bytes) or ShapeKind.UInt32 or ShapeKind.UInt64) => null,
        (_, ShapeKind.Bytes) => Refusal.WrongMediaType("application/json with base64, or application/octet-stream"),
        (_, ShapeKind.String) => Refusal.WrongMediaType($"application/json, or text/plain, in {Charset.Offered}"),
        _ => Refusal.WrongMediaType($"application/json in {Charset.Offered}"),
    };

    private static TypeShape BodyType(HttpRoute route)
    {
        foreach (var parameter in route.Plan.Parameters)
        {
            if (parameter.Source == HttpSource.Body)
            {
                return route.Shape.Parameters[parameter.Ordinal].Type;
            }
        }

        throw new InvalidOperationException("a plan whose body is whole has a body parameter");
    }
}
