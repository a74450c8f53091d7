using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Unicode;
using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>Reads a whole reply into the exchange: result or fault, and the metadata beside it.</summary>
internal static class ReplyReader
{
    internal static void Read(Exchange exchange, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var code = (int)response.StatusCode;
        var content = response.Content.Headers.NonValidated;
        var kind = MediaTypes.KindOf(content.TryGetValues("Content-Type", out var types) ? types.ToString() : null);
        var isEncoded = content.TryGetValues("Content-Encoding", out var encoding)
            && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase);
        using var utf8 = new FrameWriter(1);
        if (kind is MediaKind.Json or MediaKind.Text && Charset.Of(types.ToString()) is not CharsetKind.Utf8 and var charset)
        {
            // What is not of its charset fails as JSON or text below.
            _ = Charset.ToUtf8(charset, body.Span, utf8);
            body = utf8.WrittenMemory;
        }

        if (isEncoded)
        {
            exchange.SetFault(ExchangeStatus.BadGateway, "the reply is compressed, which was not asked for", mayHaveExecuted: true);
        }
        else if (code is >= 200 and <= 299)
        {
            ReadResult(exchange, kind, types.ToString(), new ReadOnlySequence<byte>(body));
        }
        else
        {
            ReadError(exchange, code, kind, new ReadOnlySequence<byte>(body));
        }

        // Behind the rest, as a fault drops the metadata of what it replaces.
        ReadMetadata(exchange, response.Headers);
    }

    /// <summary>Reads one message of a stream.</summary>
    /// <param name="message">JSON in one segment, or a String's bare text.</param>
    internal static CodecStatus ReadJson(in ReadOnlySequence<byte> message, Exchange exchange, ValueTape into) => ReadValue(
        MediaKind.Json, MediaTypes.Json, exchange.Shape?.Returns, exchange.Contract?.Policy ?? ValuePolicy.Default, message, into);

    /// <summary>Reads the document with which a stream says that it failed; what is none counts as a failure of the application.</summary>
    /// <param name="document">In one segment.</param>
    internal static void ReadProblem(Exchange exchange, in ReadOnlySequence<byte> document) =>
        ReadError(exchange, 500, document.FirstSpan.TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? MediaKind.Json : MediaKind.Text, document);

    private static void ReadResult(Exchange exchange, MediaKind kind, string mediaType, in ReadOnlySequence<byte> body)
    {
        exchange.Status = ExchangeStatus.Ok;
        var returns = exchange.Shape?.Returns;
        if (returns?.Kind == ShapeKind.Void)
        {
            return;
        }

        var tape = exchange.Reply;
        var policy = exchange.Contract?.Policy ?? ValuePolicy.Default;
        var status = body.IsEmpty ? ReadNothing(kind, returns, tape) : ReadValue(kind, mediaType, returns, policy, body, tape);
        if (!status.IsOk)
        {
            exchange.SetFault(ExchangeStatus.BadGateway, JsonFormat.OfResult(status), mayHaveExecuted: true);
        }
    }

    /// <summary>
    /// No body: null, or void without a contract. An empty text/plain body is an empty String: Spring sends no type at all for null.
    /// </summary>
    private static CodecStatus ReadNothing(MediaKind kind, TypeShape? returns, ValueTape tape)
    {
        if (kind == MediaKind.Text && returns is null or { Kind: ShapeKind.String })
        {
            tape.AddString(ReadOnlySpan<byte>.Empty);
        }
        else if (kind == MediaKind.Octets && returns is { Kind: ShapeKind.Bytes })
        {
            tape.AddBytes(default);
        }
        else if (returns is { Nullable: false })
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, $"the reply is empty and {returns} cannot be null", path: "result");
        }
        else if (returns is not null)
        {
            tape.AddNull();
        }

        return tape.Status;
    }

    private static CodecStatus ReadValue(
        MediaKind kind, string mediaType, TypeShape? returns, ValuePolicy policy, in ReadOnlySequence<byte> body, ValueTape tape)
    {
        switch (kind)
        {
            case MediaKind.Json when returns is { Kind: ShapeKind.String } && IsBareText(body.FirstSpan):
                tape.AddString(body.FirstSpan);
                return tape.Status;
            case MediaKind.Json or MediaKind.Missing:
                return JsonFormat.Codec.Read(body, returns, policy, tape);
            case MediaKind.Text when !Utf8.IsValid(body.FirstSpan):
                return CodecStatus.Fail(CodecError.Malformed, "the reply is not UTF-8", path: "result");
            case MediaKind.Text when returns is null or { Kind: ShapeKind.Any }:
                tape.AddString(body.FirstSpan);
                return tape.Status;
            case MediaKind.Text:
                return TextScalar.Read(body.FirstSpan, returns, tape, policy);
            case MediaKind.Octets when returns is null or { Kind: ShapeKind.Bytes or ShapeKind.Any }:
                tape.AddBytes(body.FirstSpan);
                return tape.Status;
            default:
                var named = mediaType.Length > 100 ? mediaType[..100] : mediaType;
                return CodecStatus.Fail(
                    CodecError.Unsupported,
                    $"the reply's Content-Type is '{named}'; what is read is JSON, text/plain and application/octet-stream, in UTF-8",
                    path: "result");
        }
    }

    /// <summary>
    /// Spring writes a String as it is even where JSON was agreed on: its string converter comes first and takes every media type. What
    /// begins with a quote is taken for JSON, and so is null.
    /// </summary>
    private static bool IsBareText(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        return !text.StartsWith((byte)'"') && !text.TrimEnd(" \t\r\n"u8).SequenceEqual("null"u8) && Utf8.IsValid(body);
    }

    private static void ReadError(Exchange exchange, int code, MediaKind kind, in ReadOnlySequence<byte> body)
    {
        using var error = ErrorBody.Read(body, kind == MediaKind.Json, kind == MediaKind.Text);
        var row = InboundStatuses.Of(code);
        var known = Known(exchange, error.ClassName) ?? (error.Status is null && error.ClassName is null ? OfCode(exchange, code) : null);
        var status = StatusOf(exchange, code, row, error, known);
        if (code == 404 && status == ExchangeStatus.Unimplemented && error.Status is null
            && NotFound.IsResource(exchange, kind, body, error.Message))
        {
            status = ExchangeStatus.RuntimeException;
        }

        var isException = status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException;
        exchange.SetFault(
            status,
            string.IsNullOrEmpty(error.Message) ? $"the callee answered HTTP {code}" : error.Message,
            isException || error.MayHaveExecuted || (error.Status is null && row.MayHaveExecuted));

        // For an HTTP caller, who may get the same code.
        exchange.ReplyHeader = new FrameHeader { Kind = FrameKind.Reply, Status = code };
        if ((error.ClassName is null && known is null) || !isException)
        {
            return;
        }

        var type = known?.JavaType ?? TypeName.Of(error.ClassName!); // one of the two is there
        exchange.ExceptionType = type;
        var read = error.ReadFields(known, type, JsonFormat.Codec, exchange.Contract?.Policy ?? ValuePolicy.Default, exchange.Reply);
        if (!read.IsOk)
        {
            exchange.SetFault(ExchangeStatus.BadGateway, $"{type} with {JsonFormat.OfResult(read)}", mayHaveExecuted: true);
        }
    }

    private static ExchangeStatus StatusOf(Exchange exchange, int code, in InboundStatus row, ErrorBody error, StructShape? known)
    {
        if (error.Status is { } told)
        {
            return told;
        }

        if (KnownExceptions.Catching(exchange, known?.JavaType) is not null)
        {
            return ExchangeStatus.BusinessException;
        }

        if (error.ClassName is not null && code is >= 400 and <= 599)
        {
            // 422 is how a gateway marks an exception that a contract declares; without a contract of our own we take its word.
            // Spring names classes of its own too where it refuses a request (400, 401, 403, 405): there the code says more.
            return code == 422 && exchange.Contract is null ? ExchangeStatus.BusinessException : row.Application;
        }

        return error.IsApplications ? row.Application : row.Bare;
    }

    /// <summary>The exception that a body without a class is: the only one of the method's that the contract puts as this code.</summary>
    private static StructShape? OfCode(Exchange exchange, int code)
    {
        StructShape? found = null;
        foreach (var declared in exchange.Shape?.Exceptions ?? [])
        {
            if (declared.CodeInHttp == code)
            {
                if (found is not null)
                {
                    return null;
                }

                found = declared;
            }
        }

        return found;
    }

    /// <summary>The exception that the contract knows by this name; short names count among those that the method declares.</summary>
    private static StructShape? Known(Exchange exchange, string? className)
    {
        if (className is null || className.Contains('.', StringComparison.Ordinal))
        {
            return className is null ? null : KnownExceptions.Find(exchange, TypeName.Of(className));
        }

        StructShape? bySimpleName = null;
        foreach (var exception in exchange.Shape?.Exceptions ?? [])
        {
            var known = exception.JavaType.Text;
            if (known == className)
            {
                return exception;
            }

            if (known.EndsWith(className, StringComparison.Ordinal)
                && known.Length > className.Length && known[^(className.Length + 1)] is '.' or '$')
            {
                // A short name counts when only one declared class has it.
                if (bySimpleName is not null)
                {
                    return null;
                }

                bySimpleName = exception;
            }
        }

        return bySimpleName;
    }

    internal static void ReadMetadata(Exchange exchange, HttpResponseHeaders headers)
    {
        var toHttp = exchange.Caller?.Protocol == HttpPlugin.ProtocolName;
        var all = headers.NonValidated;
        var connection = all.TryGetValues("Connection", out var named) ? named.ToString() : null;
        foreach (var (name, values) in all)
        {
            if (HeaderRules.IsReserved(name) || HeaderRules.IsNamedIn(connection, name) || (HeaderRules.IsCredential(name) && !toHttp))
            {
                continue;
            }

            // HttpClient spells the names that it knows in its own way, so the callee's letters are lost; names of metadata are
            // compared without case, and where Java compares them with case, lower case is what it can count on.
            var lower = name.ToLowerInvariant();
            foreach (var value in values)
            {
                // What passes the bound is dropped: the head's own bound makes that rare, and the result matters more.
                exchange.ReplyMetadata.TryAdd(lower, value);
            }
        }
    }
}
