using System.Globalization;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Writes values as the pairs of a query or form, with the names that Spring's data binder reads: a class as <c>field=</c> or
/// <c>name.field=</c>, a list of plain values as a repeated name, a list of others as <c>name[0].field=</c>, a map as <c>name[key]=</c>.
/// Null is left out. What has no end, as a cycle, is an error that names the place.
/// </summary>
internal ref struct PairWriter(ValueTape tape, ValuePolicy policy, FrameWriter to, byte separator)
{
    /// <summary>Pairs of one request: what passes Tomcat's bound is refused by it anyway, ten times that is somebody's mistake.</summary>
    private const int MaxPairs = 10_000;

    private byte _separator = separator;
    private int _count;

    /// <param name="name">Empty where fields stand for themselves.</param>
    internal CodecStatus Write(string name, int index, TypeShape? type) => Write(name, index, type, 0);

    private CodecStatus Write(string name, int index, TypeShape? type, int depth)
    {
        index = tape.Resolve(index);
        if (depth > FieldTree.MaxDepth)
        {
            return CodecStatus.Fail(CodecError.Unrepresentable, $"deeper than {FieldTree.MaxDepth} for a query or form", path: tape.PathOf(index));
        }

        return tape[index].Kind switch
        {
            ValueKind.Null or ValueKind.Absent => CodecStatus.Ok,
            ValueKind.Object => WriteObject(name, index, type, depth),
            ValueKind.Map => WriteMap(name, index, type, depth),
            ValueKind.List or ValueKind.Array => WriteList(name, index, type, depth),
            _ => WritePair(name, index, type),
        };
    }

    private CodecStatus WriteObject(string name, int index, TypeShape? type, int depth)
    {
        for (var i = index + 1; i < tape.Next(index); i = tape.Next(i))
        {
            if (tape[i].Name?.Text is not { } field)
            {
                continue;
            }

            var ordinal = type?.Struct?.Find(field) ?? -1;
            if (ordinal < 0 && type?.Struct is not null)
            {
                continue;
            }

            var declared = ordinal < 0 ? null : type!.Struct!.Fields[ordinal].Type; // found in it
            if (Write(name.Length == 0 ? field : $"{name}.{field}", i, declared, depth + 1) is { IsOk: false } fault)
            {
                return fault;
            }
        }

        return CodecStatus.Ok;
    }

    private CodecStatus WriteMap(string name, int index, TypeShape? type, int depth)
    {
        for (var key = index + 1; key < tape.Next(index);)
        {
            var value = tape.Next(key);
            if (TextScalar.Write(tape, key, type?.Key, policy, out var text) is { IsOk: false } wrong)
            {
                return wrong;
            }

            if (name.Length > 0 && text.Contains(']', StringComparison.Ordinal))
            {
                return CodecStatus.Fail(CodecError.Unrepresentable, "a key with ] has no place in a query or form", path: tape.PathOf(key));
            }

            if (Write(name.Length == 0 ? text : $"{name}[{text}]", value, type?.Element, depth + 1) is { IsOk: false } fault)
            {
                return fault;
            }

            key = tape.Next(value);
        }

        return CodecStatus.Ok;
    }

    private CodecStatus WriteList(string name, int index, TypeShape? type, int depth)
    {
        var place = 0;
        for (var i = index + 1; i < tape.Next(index); i = tape.Next(i), place++)
        {
            var element = tape.Resolve(i);
            var isPlain = tape[element].Kind is not (ValueKind.Object or ValueKind.Map or ValueKind.List or ValueKind.Array);
            var elementName = isPlain ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{place}]");
            if (!isPlain && place > FieldTree.MaxPlace)
            {
                var detail = $"a query or form has no more than {FieldTree.MaxPlace + 1} places in a list";
                return CodecStatus.Fail(CodecError.Unrepresentable, detail, path: tape.PathOf(element));
            }

            if (Write(elementName, element, type?.Element, depth + 1) is { IsOk: false } fault)
            {
                return fault;
            }
        }

        return CodecStatus.Ok;
    }

    private CodecStatus WritePair(string name, int index, TypeShape? type)
    {
        if (++_count > MaxPairs)
        {
            return CodecStatus.Fail(CodecError.OverBudget, $"more than {MaxPairs} pairs of a query or form", path: tape.PathOf(index));
        }

        using var text = new FrameWriter(256);
        if (TextScalar.Write(tape, index, type, policy, text) is { IsOk: false } fault)
        {
            return fault;
        }

        if (_separator != 0)
        {
            to.WriteByte(_separator);
        }

        _separator = (byte)'&';
        UrlText.Encode(Encoding.UTF8.GetBytes(name), to);
        to.WriteByte((byte)'=');
        UrlText.Encode(text.Written, to);
        return CodecStatus.Ok;
    }
}
