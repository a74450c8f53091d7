using System.Buffers;
using System.Numerics;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Arguments that stand as text in path, query, headers, cookies or a form. A list is a repeated name, or one value with commas as Spring reads
/// it; any other parameter that is given twice is an error, since proxies disagree on which one counts.
/// </summary>
internal static class TextArguments
{
    private const int StackBytes = 512;

    internal static CodecStatus ReadQuery(
        string rawTarget, BindingPlan plan, HttpParameter parameter, TypeShape type, ValuePolicy policy, ValueTape tape) =>
        ReadPairs(RequestTarget.QueryOf(rawTarget), "query parameter", plan, parameter, type, policy, tape);

    internal static CodecStatus ReadForm(
        in ReadOnlySequence<byte> body, BindingPlan plan, HttpParameter parameter, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        if (body.IsSingleSegment)
        {
            return ReadPairs(body.FirstSpan, "form field", plan, parameter, type, policy, tape);
        }

        var length = checked((int)body.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(whole);
        var status = ReadPairs<byte>(whole.AsSpan(0, length), "form field", plan, parameter, type, policy, tape);
        ArrayPool<byte>.Shared.Return(whole);
        return status;
    }

    internal static CodecStatus ReadHeader(IHeaderDictionary headers, string name, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        var values = headers[name];
        if (values.Count == 0)
        {
            return AddMissing("header", name, type, tape);
        }

        if (IsList(type))
        {
            Begin(type, tape);
            foreach (var value in values)
            {
                AddCommaSeparated(Encoding.UTF8.GetBytes(value ?? string.Empty), type, policy, tape);
            }

            tape.End();
            return tape.Status;
        }

        return values.Count > 1
            ? tape.Fail(CodecError.TypeMismatch, $"the header '{name}' is given more than once")
            : Naming("header", name, AddText(Encoding.UTF8.GetBytes(values[0] ?? string.Empty), type, policy, tape));
    }

    internal static CodecStatus ReadCookie(IHeaderDictionary headers, string name, TypeShape type, ValuePolicy policy, ValueTape tape) =>
        CookieText.Find(headers.Cookie, name) is { } value
            ? Naming("cookie", name, AddText(Encoding.UTF8.GetBytes(value), type, policy, tape))
            : AddMissing("cookie", name, type, tape);

    /// <summary>One escaped text as one value.</summary>
    internal static CodecStatus ReadOne<T>(
        ReadOnlySpan<T> raw, bool plusIsSpace, string what, string name, TypeShape type, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        var rented = raw.Length > StackBytes ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
        var text = rented ?? stackalloc byte[StackBytes];
        var status = UrlText.TryDecode(raw, plusIsSpace, text, out var written)
            ? Naming(what, name, AddText(text[..written], type, policy, tape))
            : tape.Fail(CodecError.Malformed, $"the {what} '{name}' has a broken escape or is not UTF-8");
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return status;
    }

    /// <summary>As TextScalar, but empty is null for nullable types without an empty text: Spring reads <c>?count=</c> so.</summary>
    internal static CodecStatus AddText(ReadOnlySpan<byte> text, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        if (text.IsEmpty && type.Nullable && type.Kind is not (ShapeKind.String or ShapeKind.Any or ShapeKind.Bytes))
        {
            tape.AddNull();
            return tape.Status;
        }

        return TextScalar.Read(text, type, tape, policy);
    }

    /// <summary>What stands for a value that is not there: null, or an error where the type has none.</summary>
    internal static CodecStatus AddMissing(string what, string? name, TypeShape type, ValueTape tape)
    {
        if (!type.Nullable)
        {
            return tape.Fail(CodecError.TypeMismatch, name is null ? $"the {what} is missing" : $"the {what} '{name}' is missing");
        }

        tape.AddNull();
        return tape.Status;
    }

    /// <summary>A list that is one value with commas.</summary>
    internal static CodecStatus AddSeparated<T>(
        ReadOnlySpan<T> raw, string what, string name, TypeShape type, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        Begin(type, tape);
        var status = tape.Status;

        // Split before decoding: an escaped comma belongs to the value.
        while (!raw.IsEmpty && status.IsOk)
        {
            var comma = raw.IndexOf(T.CreateTruncating(','));
            status = ReadOne(comma < 0 ? raw : raw[..comma], plusIsSpace: true, what, name, ElementOf(type), policy, tape);
            raw = comma < 0 ? default : raw[(comma + 1)..];
        }

        tape.End();
        return status;
    }

    internal static void Begin(TypeShape type, ValueTape tape)
    {
        if (type.Kind == ShapeKind.Array)
        {
            tape.BeginArray(type.TapeType);
        }
        else
        {
            tape.BeginList(type.TapeType, isSet: type.Kind == ShapeKind.Set);
        }
    }

    internal static TypeShape ElementOf(TypeShape type) => type.Element ?? throw new InvalidOperationException("a list type has an element");

    // Positions mean little to who wrote a query: the name goes first, the path of the argument stands behind.
    private static CodecStatus Naming(string what, string name, in CodecStatus status) =>
        status.IsOk ? status : status with { Detail = $"{what} '{name}': {status.Detail}" };

    private static CodecStatus ReadPairs<T>(
        ReadOnlySpan<T> text,
        string what,
        BindingPlan plan,
        HttpParameter parameter,
        TypeShape type,
        ValuePolicy policy,
        ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        var name = parameter.WireName;
        if (FieldTree.Spreads(type))
        {
            var taken = name.Length == 0 && type.Kind == ShapeKind.Map ? plan.NamesBeside(parameter) : [];
            return ObjectArguments.Read(text, what, name, type, taken, policy, tape);
        }

        var pairs = new FieldPairs<T>(text);
        if (!pairs.MoveTo(name))
        {
            return AddMissing(what, name, type, tape);
        }

        var first = pairs.Value;
        var isRepeated = pairs.MoveTo(name);
        if (!IsList(type))
        {
            return isRepeated
                ? tape.Fail(CodecError.TypeMismatch, $"the {what} '{name}' is given more than once")
                : ReadOne(first, plusIsSpace: true, what, name, type, policy, tape);
        }

        if (!isRepeated)
        {
            return AddSeparated(first, what, name, type, policy, tape);
        }

        Begin(type, tape);
        var status = ReadOne(first, plusIsSpace: true, what, name, ElementOf(type), policy, tape);
        do
        {
            status = status.IsOk ? ReadOne(pairs.Value, plusIsSpace: true, what, name, ElementOf(type), policy, tape) : status;
        }
        while (status.IsOk && pairs.MoveTo(name));
        tape.End();
        return status;
    }

    private static void AddCommaSeparated(ReadOnlySpan<byte> text, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        foreach (var range in text.Split((byte)','))
        {
            AddText(text[range].Trim(" \t"u8), ElementOf(type), policy, tape);
        }
    }

    private static bool IsList(TypeShape type) => type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array;
}
