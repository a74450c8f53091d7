namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>
/// Walks a value without decoding it. Classes, types and slots are counted as in reading, so that what follows can be read.
/// </summary>
internal static class ValueSkipper
{
    /// <summary>
    /// An enum, a BigInteger or a time is one value to a reader, which does not count what it is made of: a zoned time holds a local one,
    /// which holds a date. A walk counts all, so it may go that much deeper.
    /// </summary>
    private const int ScalarDepth = 4;

    internal static bool Skip(scoped ref HessianCursor cursor)
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
                case <= TagKind.False and >= TagKind.Null:
                    return true;
                case <= TagKind.Int5 and >= TagKind.Int1:
                    return cursor.TryIntBody(kind, tag, out _);
                case <= TagKind.Long9 and >= TagKind.Long1:
                    return cursor.TryLongBody(kind, tag, out _);
                case <= TagKind.Double64 and >= TagKind.DoubleZero:
                    return cursor.TryDoubleBody(kind, out _);
                case TagKind.DateMs:
                    return cursor.TryTake(8, out _);
                case TagKind.DateMinutes:
                    return cursor.TryTake(4, out _);
                case <= TagKind.StringChunk and >= TagKind.StringShort:
                    return Texts.Skip(ref cursor, kind, tag);
                case <= TagKind.BytesChunk and >= TagKind.BytesShort:
                    return Texts.SkipBytes(ref cursor, kind, tag);
                case <= TagKind.ListDraftFixed and >= TagKind.ListOpenTyped:
                    return SkipList(ref cursor, kind, tag, from);
                case <= TagKind.MapDraft and >= TagKind.MapTyped:
                    return SkipMap(ref cursor, kind, from);
                case TagKind.ClassDefinition:
                    if (!Definitions.ReadClass(ref cursor))
                    {
                        return false;
                    }

                    continue;
                case TagKind.Object:
                    return cursor.TryInt(out var index)
                        && Definitions.TryClass(ref cursor, index, out var cls)
                        && SkipObject(ref cursor, cls, from);
                case TagKind.ObjectShort:
                    return Definitions.TryClass(ref cursor, tag - 0x60, out cls) && SkipObject(ref cursor, cls, from);
                case <= TagKind.Reference32 and >= TagKind.ReferenceInt:
                    return Definitions.TryReference(ref cursor, kind, out _);
                default:
                    return ValueDecoder.FailTag(ref cursor, tag, from);
            }
        }
    }

    private static bool SkipList(scoped ref HessianCursor cursor, TagKind kind, byte tag, int from)
    {
        if (!ContainerHeads.TryList(ref cursor, kind, tag, out var head) || !ValueDecoder.Enter(ref cursor, from, ScalarDepth))
        {
            return false;
        }

        cursor.State.AddSlot(HessianReadState.NoToken);
        while (ContainerHeads.TryNext(ref cursor, ref head))
        {
            if (!Skip(ref cursor))
            {
                return false;
            }
        }

        cursor.Depth--;
        return cursor.Fault.IsOk;
    }

    private static bool SkipMap(scoped ref HessianCursor cursor, TagKind kind, int from)
    {
        if (!ContainerHeads.TryMap(ref cursor, kind, out _) || !ValueDecoder.Enter(ref cursor, from, ScalarDepth))
        {
            return false;
        }

        cursor.State.AddSlot(HessianReadState.NoToken);
        while (ContainerHeads.TryNextEntry(ref cursor))
        {
            if (!Skip(ref cursor) || !Skip(ref cursor))
            {
                return false;
            }
        }

        cursor.Depth--;
        return cursor.Fault.IsOk;
    }

    private static bool SkipObject(scoped ref HessianCursor cursor, HessianClass cls, int from)
    {
        if (!ValueDecoder.Enter(ref cursor, from, ScalarDepth))
        {
            return false;
        }

        cursor.State.AddSlot(HessianReadState.NoToken);
        for (var i = 0; i < cls.Fields.Length; i++)
        {
            if (!Skip(ref cursor))
            {
                return false;
            }
        }

        cursor.Depth--;
        return true;
    }
}
