using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Reading;

/// <summary>The beginnings of lists and maps in every form, and the walk over what they hold.</summary>
internal static class ContainerHeads
{
    /// <summary>The head of a list whose tag was taken.</summary>
    internal static bool TryList(scoped ref HessianCursor cursor, TagKind kind, byte tag, out HessianListHead head)
    {
        TypeName? type = null;
        var count = HessianListHead.Open;
        var hasEnd = false;
        bool ok;
        switch (kind)
        {
            case TagKind.ListOpenTyped:
                hasEnd = true;
                ok = Definitions.TryType(ref cursor, out type);
                break;
            case TagKind.ListOpen:
                hasEnd = true;
                ok = true;
                break;
            case TagKind.ListTyped:
                ok = Definitions.TryType(ref cursor, out type) && cursor.TryCount(out count);
                break;
            case TagKind.ListUntyped:
                ok = cursor.TryCount(out count);
                break;
            case TagKind.ListShortTyped:
                count = tag - 0x70;
                ok = Definitions.TryType(ref cursor, out type);
                break;
            case TagKind.ListShortUntyped:
                count = tag - 0x78;
                ok = true;
                break;
            case TagKind.ListDraftFixed:
                ok = cursor.TryInt(out var index) && Definitions.TryTypeAt(ref cursor, index, out type) && cursor.TryCount(out count);
                break;
            default:
                hasEnd = true;
                ok = Definitions.TryOptionalType(ref cursor, out type) && TryOptionalCount(ref cursor, out count);
                break;
        }

        if (ok && count > cursor.Left)
        {
            ok = cursor.Fail(CodecError.Malformed, $"a count of {count} with {cursor.Left} bytes left");
        }

        head = new HessianListHead(type, count, hasEnd);
        return ok;
    }

    /// <summary>The type of a map whose tag was taken; null when it has none.</summary>
    internal static bool TryMap(scoped ref HessianCursor cursor, TagKind kind, out TypeName? type)
    {
        type = null;
        return kind switch
        {
            TagKind.MapTyped => Definitions.TryType(ref cursor, out type),
            TagKind.MapDraft => Definitions.TryOptionalType(ref cursor, out type),
            _ => true,
        };
    }

    /// <summary>Whether another element follows; at the end its mark is taken.</summary>
    internal static bool TryNext(scoped ref HessianCursor cursor, ref HessianListHead head)
    {
        if (head.Count == HessianListHead.Open)
        {
            return TryNextEntry(ref cursor);
        }

        if (head.Taken < head.Count)
        {
            head.Taken++;
            return true;
        }

        if (head.HasEnd && cursor.TryTag(out var tag) && cursor.Kind(tag) != TagKind.End)
        {
            cursor.Fail(CodecError.Malformed, $"expected the end of a list, found tag 0x{tag:x2}", cursor.At - 1);
        }

        return false;
    }

    /// <summary>Whether something other than the end mark follows; the end mark is taken.</summary>
    internal static bool TryNextEntry(scoped ref HessianCursor cursor)
    {
        if (!cursor.TryPeek(out var tag))
        {
            return cursor.FailTruncated();
        }

        if (cursor.Kind(tag) != TagKind.End)
        {
            return true;
        }

        cursor.At++;
        return false;
    }

    private static bool TryOptionalCount(scoped ref HessianCursor cursor, out int count)
    {
        count = HessianListHead.Open;
        if (!cursor.TryPeek(out var tag))
        {
            return cursor.FailTruncated();
        }

        switch (tag)
        {
            case DialectTags.Length8:
                cursor.At++;
                var ok = cursor.TryTag(out var narrow);
                count = narrow;
                return ok;
            case DialectTags.Length32:
                cursor.At++;
                return cursor.TryInt32(out count)
                    && (count >= 0 || cursor.Fail(CodecError.Malformed, $"a count of {count}", cursor.At - 4));
            default:
                return true;
        }
    }
}
