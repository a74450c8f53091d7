using System.Runtime.CompilerServices;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>Class definitions, type names and back references: what a stream says once and means again by number.</summary>
internal static class Definitions
{
    /// <summary>Fields of one class. The Java class file format allows 65,535; no recorded class has more than 50.</summary>
    private const int MaxFields = 4_096;

    /// <summary>
    /// The definition whose tag was taken. Final: string name, int count, string fields. Draft: int length, name, int count, string fields.
    /// </summary>
    internal static bool ReadClass(scoped ref HessianCursor cursor)
    {
        var from = cursor.At;
        if (cursor.State.ClassCount >= HessianReadState.MaxDefinitions)
        {
            return cursor.Fail(CodecError.OverBudget, $"more than {HessianReadState.MaxDefinitions} class definitions", from);
        }

        if (cursor.State.ExpectedClass is { } expected
            && expected.Definition(cursor.Dialect)[1..] is var usual && cursor.Bytes[from..].StartsWith(usual))
        {
            cursor.At += usual.Length;
            cursor.State.AddClass(expected);
            return true;
        }

        if (!SkipName(ref cursor) || !cursor.TryCount(out var count))
        {
            return false;
        }

        if (count > MaxFields)
        {
            return cursor.Fail(CodecError.OverBudget, $"a class of more than {MaxFields} fields", from);
        }

        if (cursor.State.FieldNameCount + count > HessianReadState.MaxFieldNames)
        {
            return cursor.Fail(CodecError.OverBudget, $"more than {HessianReadState.MaxFieldNames} fields in all class definitions", from);
        }

        var fieldsAt = cursor.At;
        for (var i = 0; i < count; i++)
        {
            if (!SkipText(ref cursor, "a field name"))
            {
                return false;
            }
        }

        var definition = cursor.Bytes[from..cursor.At];
        if (!HessianClasses.TryGet(cursor.Dialect, definition, out var cls) || cls is null)
        {
            cls = Create(ref cursor, from, fieldsAt, count);
            HessianClasses.Keep(cursor.Dialect, definition, cls);
        }

        cursor.State.AddClass(cls);
        return true;
    }

    /// <summary>The class that an instance names by number.</summary>
    internal static bool TryClass(scoped ref HessianCursor cursor, int index, out HessianClass cls)
    {
        if ((uint)index >= (uint)cursor.State.ClassCount)
        {
            cls = null!; // Never looked at: the fault stands.
            return cursor.Fail(CodecError.Malformed, $"class {index} is not defined");
        }

        cls = cursor.State.Class(index);
        return true;
    }

    /// <summary>Final: a type name, literal or by number.</summary>
    internal static bool TryType(scoped ref HessianCursor cursor, out TypeName? type)
    {
        type = null;
        if (!cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = cursor.Kind(tag);
        if (Texts.IsString(kind))
        {
            return Texts.TryUtf8(ref cursor, kind, tag, out var name) && AddType(ref cursor, name, out type);
        }

        var from = cursor.At - 1;
        return cursor.TryIntBody(kind, tag, out var index)
            ? TryTypeAt(ref cursor, index, out type)
            : cursor.Fail(CodecError.Malformed, $"expected a type name, found tag 0x{tag:x2}", from);
    }

    /// <summary>Draft: an optional type name behind the tag of a list or map.</summary>
    internal static bool TryOptionalType(scoped ref HessianCursor cursor, out TypeName? type)
    {
        type = null;
        if (!cursor.TryPeek(out var tag))
        {
            return cursor.FailTruncated();
        }

        switch (tag)
        {
            case DialectTags.TypeLiteral:
                cursor.At++;
                return cursor.TryInt16(out var units)
                    && Texts.TryUnits(ref cursor, (ushort)units, out var name, out _)
                    && AddType(ref cursor, Texts.ToUtf8(ref cursor, name), out type);
            case DialectTags.TypeReference:
                cursor.At++;
                return cursor.TryInt(out var index) && TryTypeAt(ref cursor, index, out type);
            default:
                return true;
        }
    }

    internal static bool TryTypeAt(scoped ref HessianCursor cursor, int index, out TypeName? type)
    {
        if ((uint)index >= (uint)cursor.State.TypeCount)
        {
            type = null;
            return cursor.Fail(CodecError.Malformed, $"type {index} is not defined");
        }

        type = cursor.State.Type(index);
        return true;
    }

    /// <summary>The number of a back reference whose tag was taken.</summary>
    internal static bool TryReference(scoped ref HessianCursor cursor, TagKind kind, out int slot)
    {
        bool ok;
        switch (kind)
        {
            case TagKind.Reference8:
                ok = cursor.TryTag(out var narrow);
                slot = narrow;
                break;
            case TagKind.Reference16:
                ok = cursor.TryInt16(out var half);
                slot = (ushort)half;
                break;
            case TagKind.Reference32:
                ok = cursor.TryInt32(out slot);
                break;
            default:
                ok = cursor.TryInt(out slot);
                break;
        }

        return ok && ((uint)slot < (uint)cursor.State.SlotCount
            || cursor.Fail(CodecError.Malformed, $"reference {slot} with {cursor.State.SlotCount} values so far"));
    }

    private static bool AddType(scoped ref HessianCursor cursor, scoped ReadOnlySpan<byte> name, out TypeName? type)
    {
        type = null;
        if (cursor.State.TypeCount >= HessianReadState.MaxDefinitions)
        {
            return cursor.Fail(CodecError.OverBudget, $"more than {HessianReadState.MaxDefinitions} type names");
        }

        type = name.IsEmpty ? null : TypeName.Of(name);
        cursor.State.AddType(type);
        return true;
    }

    private static bool SkipName(scoped ref HessianCursor cursor)
    {
        if (cursor.Dialect == HessianDialect.Final)
        {
            return SkipText(ref cursor, "a class name");
        }

        return cursor.TryCount(out var units) && Texts.TryUnits(ref cursor, units, out _, out _);
    }

    private static bool SkipText(scoped ref HessianCursor cursor, string what)
    {
        if (!cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = cursor.Kind(tag);
        return Texts.IsString(kind)
            ? Texts.Skip(ref cursor, kind, tag)
            : cursor.Fail(CodecError.Malformed, $"expected {what}, found tag 0x{tag:x2}", cursor.At - 1);
    }

    // The bytes were walked once already, so nothing here can fail.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HessianClass Create(scoped ref HessianCursor cursor, int from, int fieldsAt, int count)
    {
        var end = cursor.At;
        cursor.At = from;
        TypeName type;
        if (cursor.Dialect == HessianDialect.Final)
        {
            type = TypeName.Of(NextText(ref cursor));
        }
        else
        {
            cursor.TryInt(out var units);
            Texts.TryUnits(ref cursor, units, out var name, out _);
            type = TypeName.Of(Texts.ToUtf8(ref cursor, name));
        }

        cursor.At = fieldsAt;
        var fields = new FieldName[count];
        for (var i = 0; i < count; i++)
        {
            fields[i] = FieldName.Of(NextText(ref cursor));
        }

        cursor.At = end;
        return HessianClasses.Of(type, fields);
    }

    private static ReadOnlySpan<byte> NextText(scoped ref HessianCursor cursor)
    {
        cursor.TryTag(out var tag);
        Texts.TryUtf8(ref cursor, cursor.Kind(tag), tag, out var text);
        return text;
    }
}
