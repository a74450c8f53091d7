using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Writes the arguments of a call where its binding says: path, query, header, form or body. A null in query, header or form is left out;
/// a list there repeats the name. What would change the meaning of the request instead of being a value is an error that names the
/// argument.
/// </summary>
internal static class BoundRequest
{
    /// <param name="mediaType">Null when the request has no body.</param>
    internal static CodecStatus Write(
        Exchange exchange,
        MethodShape shape,
        BindingPlan plan,
        FrameWriter url,
        FrameWriter body,
        HttpRequestMessage message,
        out string? mediaType)
    {
        mediaType = plan.Body switch
        {
            BodyForm.None => null,
            BodyForm.Form => MediaTypes.Form,
            BodyForm.Whole when BodyKind(shape, plan) == ShapeKind.Bytes => MediaTypes.Octets,
            _ => MediaTypes.Json,
        };
        Span<int> roots = shape.Parameters.Length <= 32 ? stackalloc int[shape.Parameters.Length] : new int[shape.Parameters.Length];
        var call = new Call(exchange.Request, shape, exchange.Contract?.Policy ?? ValuePolicy.Default, url, body, message, roots);
        var status = call.FindRoots();
        if (status.IsOk)
        {
            status = call.WritePath(plan);
        }

        var query = call.Pairs(url, (byte)'?');
        for (var i = 0; status.IsOk && i < plan.Parameters.Length; i++)
        {
            var parameter = plan.Parameters[i];
            status = parameter.Source switch
            {
                HttpSource.Query => call.WritePairs(parameter, ref query),
                HttpSource.Header => call.WriteHeader(parameter),
                HttpSource.Cookie => call.WriteCookie(parameter),
                HttpSource.Body => call.WriteBody(parameter),
                _ => status,
            };
        }

        return !status.IsOk ? status : plan.Body switch
        {
            BodyForm.Form => call.WriteForm(plan, body),
            BodyForm.Parts => call.WriteParts(plan, ref mediaType),
            BodyForm.Members => call.WriteMembers(plan),
            _ => status,
        };
    }

    private static ShapeKind BodyKind(MethodShape shape, BindingPlan plan)
    {
        foreach (var parameter in plan.Parameters)
        {
            if (parameter.Source == HttpSource.Body)
            {
                return shape.Parameters[parameter.Ordinal].Type.Kind;
            }
        }

        return ShapeKind.Void;
    }

    private readonly ref struct Call(
        ValueTape tape,
        MethodShape shape,
        ValuePolicy policy,
        FrameWriter url,
        FrameWriter body,
        HttpRequestMessage message,
        Span<int> roots)
    {
        private readonly Span<int> _roots = roots;

        internal CodecStatus FindRoots()
        {
            var at = 0;
            for (var i = 0; i < _roots.Length; i++, at = tape.Next(at))
            {
                if (at >= tape.Count)
                {
                    var detail = $"{shape.Name} takes {_roots.Length} arguments and got {i}";
                    return CodecStatus.Fail(CodecError.TypeMismatch, detail, path: "args");
                }

                _roots[i] = at;
            }

            return at == tape.Count
                ? CodecStatus.Ok
                : CodecStatus.Fail(CodecError.TypeMismatch, $"{shape.Name} takes {_roots.Length} arguments and got more", path: "args");
        }

        internal CodecStatus WritePath(BindingPlan plan)
        {
            var capture = 0;
            foreach (var part in plan.Template.Parts)
            {
                url.WriteByte((byte)'/');
                if (!part.IsVariable && !part.IsRest)
                {
                    UrlText.Encode(Encoding.UTF8.GetBytes(part.Text), url);
                    continue;
                }

                var ordinal = plan.Captures.IndexOf(capture++);
                var status = ordinal < 0
                    ? CodecStatus.Fail(CodecError.TypeMismatch, $"no parameter fills '{part.Text}' of the path")
                    : WriteVariable(ordinal, part);
                if (!status.IsOk)
                {
                    return status;
                }
            }

            return CodecStatus.Ok;
        }

        internal PairWriter Pairs(FrameWriter to, byte separator) => new(tape, policy, to, separator);

        internal CodecStatus WritePairs(HttpParameter parameter, ref PairWriter to) =>
            to.Write(parameter.WireName, _roots[parameter.Ordinal], shape.Parameters[parameter.Ordinal].Type);

        internal CodecStatus WriteHeader(HttpParameter parameter)
        {
            var index = tape.Resolve(_roots[parameter.Ordinal]);
            var type = shape.Parameters[parameter.Ordinal].Type;
            if (IsNothing(index))
            {
                return CodecStatus.Ok;
            }

            using var text = new FrameWriter(256);
            if (tape[index].Kind is not (ValueKind.List or ValueKind.Array))
            {
                var written = TextScalar.Write(tape, index, type, policy, text);
                if (!written.IsOk)
                {
                    return written;
                }
            }
            else
            {
                for (var i = index + 1; i < tape.Next(index); i = tape.Next(i))
                {
                    if (text.Length > 0)
                    {
                        text.WriteByte((byte)',');
                    }

                    if (TextScalar.Write(tape, tape.Resolve(i), type.Element, policy, text) is { IsOk: false } fault)
                    {
                        return fault;
                    }
                }
            }

            var value = Encoding.UTF8.GetString(text.Written);
            return HeaderRules.IsValidValue(value) && message.Headers.TryAddWithoutValidation(parameter.WireName, value)
                ? CodecStatus.Ok
                : CodecStatus.Fail(CodecError.Unrepresentable, $"no value for the header '{parameter.WireName}'", path: tape.PathOf(index));
        }

        internal CodecStatus WriteCookie(HttpParameter parameter)
        {
            var index = tape.Resolve(_roots[parameter.Ordinal]);
            if (IsNothing(index))
            {
                return CodecStatus.Ok;
            }

            using var text = new FrameWriter(256);
            var status = TextScalar.Write(tape, index, shape.Parameters[parameter.Ordinal].Type, policy, text);
            if (status.IsOk)
            {
                message.Headers.TryAddWithoutValidation("Cookie", CookieText.Pair(parameter.WireName, text.Written));
            }

            return status;
        }

        /// <summary>Spring hands a byte[] body to the method as it is, whatever its media type: base64 in JSON would stay base64.</summary>
        internal CodecStatus WriteBody(HttpParameter parameter)
        {
            var index = tape.Resolve(_roots[parameter.Ordinal]);
            if (parameter.Source != HttpSource.Body || shape.Parameters[parameter.Ordinal].Type.Kind != ShapeKind.Bytes)
            {
                return JsonFormat.Codec.Write(tape, index, shape.Parameters[parameter.Ordinal].Type, policy, body);
            }

            if (tape[index].Kind == ValueKind.Bytes)
            {
                body.Write(tape.Utf8(index));
            }

            return IsNothing(index) || tape[index].Kind == ValueKind.Bytes
                ? CodecStatus.Ok
                : CodecStatus.Fail(CodecError.TypeMismatch, "expected bytes", path: tape.PathOf(index));
        }

        internal CodecStatus WriteParts(BindingPlan plan, ref string? mediaType)
        {
            var parts = new PartWriter(tape, policy, body);
            mediaType = parts.MediaType;
            using var form = new FrameWriter(512);
            var status = WriteForm(plan, form);
            parts.WritePairs(form.Written);
            foreach (var parameter in plan.Parameters)
            {
                if (status.IsOk && parameter.Source == HttpSource.Part)
                {
                    status = parts.Write(parameter.WireName, _roots[parameter.Ordinal], shape.Parameters[parameter.Ordinal].Type);
                }
            }

            parts.End();
            return status;
        }

        internal CodecStatus WriteForm(BindingPlan plan, FrameWriter to)
        {
            var form = Pairs(to, separator: 0);
            foreach (var parameter in plan.Parameters)
            {
                if (parameter.Source == HttpSource.Form && WritePairs(parameter, ref form) is { IsOk: false } fault)
                {
                    return fault;
                }
            }

            return CodecStatus.Ok;
        }

        internal CodecStatus WriteMembers(BindingPlan plan)
        {
            var isFirst = true;
            body.WriteByte((byte)'{');
            foreach (var parameter in plan.Parameters)
            {
                if (parameter.Source != HttpSource.BodyMember)
                {
                    continue;
                }

                if (!isFirst)
                {
                    body.WriteByte((byte)',');
                }

                isFirst = false;
                body.WriteByte((byte)'"');
                body.Write(parameter.Field.Json.EncodedUtf8Bytes);
                body.Write("\":"u8);
                if (WriteBody(parameter) is { IsOk: false } fault)
                {
                    return fault;
                }
            }

            body.WriteByte((byte)'}');
            return CodecStatus.Ok;
        }

        private CodecStatus WriteVariable(int ordinal, PathPart part)
        {
            var index = tape.Resolve(_roots[ordinal]);
            var type = shape.Parameters[ordinal].Type;
            if (IsNothing(index))
            {
                return CodecStatus.Fail(CodecError.Unrepresentable, "null has no place in a path", path: tape.PathOf(index));
            }

            using var text = new FrameWriter(256);
            var written = TextScalar.Write(tape, index, type, policy, text);
            if (!written.IsOk)
            {
                return written;
            }

            var value = text.Written;
            var isRest = part.IsRest;
            if (part.KeepsSlash && value.StartsWith((byte)'/'))
            {
                // The slash of the template is out already.
                value = value[1..];
            }

            if (!isRest && value.IsEmpty)
            {
                return CodecStatus.Fail(CodecError.Unrepresentable, "an empty text has no place in a path", path: tape.PathOf(index));
            }

            // Dots are never escaped, and every server and proxy takes these segments for directions.
            if (HasDotSegment(value, isRest))
            {
                return CodecStatus.Fail(CodecError.Unrepresentable, "a . or .. segment has no place in a path", path: tape.PathOf(index));
            }

            UrlText.Encode(value, url, keepSlash: isRest);
            return CodecStatus.Ok;
        }

        private bool IsNothing(int index) => tape[index].Kind is ValueKind.Null or ValueKind.Absent;

        private static bool HasDotSegment(ReadOnlySpan<byte> value, bool isRest)
        {
            if (!isRest)
            {
                return value.SequenceEqual("."u8) || value.SequenceEqual(".."u8);
            }

            foreach (var range in value.Split((byte)'/'))
            {
                if (HasDotSegment(value[range], isRest: false))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
