using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>Reads one value onto a tape.</summary>
internal static class ValueDecoder
{
    internal static bool Read(scoped ref HessianCursor cursor, ValueTape tape, TypeShape? shape)
    {
        while (true)
        {
            var from = cursor.At;
            if (!cursor.TryTag(out var tag))
            {
                return false;
            }

            var kind = cursor.Kind(tag);
            switch (kind)
            {
                case TagKind.Null:
                    return Added(ref cursor, tape, tape.AddNull());
                case TagKind.True:
                    return Added(ref cursor, tape, tape.AddBool(true));
                case TagKind.False:
                    return Added(ref cursor, tape, tape.AddBool(false));
                case <= TagKind.Int5 and >= TagKind.Int1:
                    return cursor.TryIntBody(kind, tag, out var i32) && Added(ref cursor, tape, tape.AddInt32(i32));
                case <= TagKind.Long9 and >= TagKind.Long1:
                    return cursor.TryLongBody(kind, tag, out var i64) && Added(ref cursor, tape, tape.AddInt64(i64));
                case <= TagKind.Double64 and >= TagKind.DoubleZero:
                    return cursor.TryDoubleBody(kind, out var f64) && Added(ref cursor, tape, tape.AddFloat64(f64));
                case TagKind.DateMs:
                    return cursor.TryInt64(out var ms) && Added(ref cursor, tape, tape.AddInstant(ms));
                case TagKind.DateMinutes:
                    return cursor.TryInt32(out var minutes) && Added(ref cursor, tape, tape.AddInstant(minutes * 60_000L));
                case <= TagKind.StringChunk and >= TagKind.StringShort:
                    return ReadString(ref cursor, kind, tag, tape, shape);
                case <= TagKind.BytesChunk and >= TagKind.BytesShort:
                    return Texts.ReadBytes(ref cursor, kind, tag, tape);
                case <= TagKind.ListDraftFixed and >= TagKind.ListOpenTyped:
                    return ReadList(ref cursor, kind, tag, from, tape, shape);
                case <= TagKind.MapDraft and >= TagKind.MapTyped:
                    return ReadMap(ref cursor, kind, from, tape, shape);
                case TagKind.ClassDefinition:
                    if (!Definitions.ReadClass(ref cursor))
                    {
                        return false;
                    }

                    continue;
                case TagKind.Object:
                    return cursor.TryInt(out var index)
                        && Definitions.TryClass(ref cursor, index, out var cls)
                        && ReadObject(ref cursor, cls, from, tape, shape);
                case TagKind.ObjectShort:
                    return Definitions.TryClass(ref cursor, tag - 0x60, out cls) && ReadObject(ref cursor, cls, from, tape, shape);
                case <= TagKind.Reference32 and >= TagKind.ReferenceInt:
                    return ReadReference(ref cursor, kind, from, tape);
                default:
                    return FailTag(ref cursor, tag, from);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool FailTag(scoped ref HessianCursor cursor, byte tag, int offset) =>
        cursor.Fail(CodecError.Malformed, $"tag 0x{tag:x2} begins no value", offset);

    /// <summary>Counts a container in; false past the budget or the stack.</summary>
    /// <param name="allowance">Levels beyond the budget that are let pass.</param>
    internal static bool Enter(scoped ref HessianCursor cursor, int offset, int allowance = 0)
    {
        if (cursor.Depth >= cursor.State.Budget.MaxDepth + allowance)
        {
            return cursor.Fail(CodecError.OverBudget, $"nested more than {cursor.State.Budget.MaxDepth} deep", offset);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return cursor.Fail(CodecError.OverBudget, $"nested {cursor.Depth} deep, more than the stack holds", offset);
        }

        cursor.Depth++;
        return true;
    }

    internal static bool Added(scoped ref HessianCursor cursor, ValueTape tape, int token) => token >= 0 || cursor.FailWith(tape);

    private static bool ReadString(scoped ref HessianCursor cursor, TagKind kind, byte tag, ValueTape tape, TypeShape? shape)
    {
        if (shape?.Kind == ShapeKind.Enum)
        {
            return Texts.Read(ref cursor, kind, tag, tape, ValueKind.Enum, shape.JavaType);
        }

        return Texts.Read(ref cursor, kind, tag, tape, ValueKind.String, null);
    }

    private static bool ReadReference(scoped ref HessianCursor cursor, TagKind kind, int from, ValueTape tape)
    {
        if (!Definitions.TryReference(ref cursor, kind, out var slot))
        {
            return false;
        }

        var token = cursor.State.Slot(slot);
        return token >= 0 && token < tape.Count
            ? Added(ref cursor, tape, tape.AddReference(token))
            : cursor.Fail(CodecError.Unrepresentable, $"reference {slot} means a value that is not part of this one", from);
    }

    private static bool ReadList(scoped ref HessianCursor cursor, TagKind kind, byte tag, int from, ValueTape tape, TypeShape? shape)
    {
        if (!ContainerHeads.TryList(ref cursor, kind, tag, out var head) || !Enter(ref cursor, from))
        {
            return false;
        }

        var type = head.Type;
        var isArray = type is not null && type.Text.StartsWith('[');
        var token = isArray ? tape.BeginArray(type) : tape.BeginList(type, type is not null && JavaCollections.IsSet(type));
        if (!Added(ref cursor, tape, token))
        {
            return false;
        }

        cursor.State.AddSlot(token);
        var element = shape?.Element;
        while (ContainerHeads.TryNext(ref cursor, ref head))
        {
            if (!Read(ref cursor, tape, element))
            {
                return false;
            }
        }

        if (!cursor.Fault.IsOk)
        {
            return false;
        }

        tape.End();
        cursor.Depth--;
        return true;
    }

    private static bool ReadMap(scoped ref HessianCursor cursor, TagKind kind, int from, ValueTape tape, TypeShape? shape)
    {
        if (!ContainerHeads.TryMap(ref cursor, kind, out var type) || !Enter(ref cursor, from))
        {
            return false;
        }

        var token = tape.BeginMap(type);
        if (!Added(ref cursor, tape, token))
        {
            return false;
        }

        cursor.State.AddSlot(token);
        while (ContainerHeads.TryNextEntry(ref cursor))
        {
            if (!Read(ref cursor, tape, shape?.Key) || !Read(ref cursor, tape, shape?.Element))
            {
                return false;
            }
        }

        if (!cursor.Fault.IsOk)
        {
            return false;
        }

        tape.End();
        cursor.Depth--;
        return true;
    }

    private static bool ReadObject(scoped ref HessianCursor cursor, HessianClass cls, int from, ValueTape tape, TypeShape? shape)
    {
        if (cls.Form != ObjectForm.Plain && ScalarObjects.TryRead(ref cursor, cls, tape, shape))
        {
            return true;
        }

        if (!cursor.Fault.IsOk || !Enter(ref cursor, from))
        {
            return false;
        }

        var token = tape.BeginObject(cls.Type);
        if (!Added(ref cursor, tape, token))
        {
            return false;
        }

        cursor.State.AddSlot(token);
        var fieldShapes = shape?.Struct;
        foreach (var field in cls.Fields)
        {
            tape.Name(field);
            if (!Read(ref cursor, tape, FieldShape(fieldShapes, field)))
            {
                return false;
            }
        }

        tape.End();
        cursor.Depth--;
        return true;
    }

    private static TypeShape? FieldShape(StructShape? fields, FieldName name)
    {
        if (fields is null)
        {
            return null;
        }

        var ordinal = DeclaredClass.Find(fields, name, 0);
        return ordinal < 0 ? null : fields.Fields[ordinal].Type;
    }
}
