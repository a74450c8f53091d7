namespace BridgeMesh.Codecs.Hessian;

/// <summary>The first bytes of both dialects as tables.</summary>
/// <remarks>
/// Final, source: Hessian 2.0 Serialization Protocol (Caucho), appendix "Bytecode map".
/// <code>
/// 00-1f string short   30-33 string medium  53 S string     52 R string chunk
/// 20-2f bytes short    34-37 bytes medium   42 B bytes      41 A bytes chunk
/// 80-bf int            c0-cf int 12 bit     d0-d7 int 19 bit             49 I int 32 bit
/// d8-ef long           f0-ff long 12 bit    38-3f long 19 bit   59 Y 32 bit   4c L 64 bit
/// 5b 0.0  5c 1.0  5d i8  5e i16  5f i32 thousandths  44 D       4a J date ms  4b K date minutes
/// 4e N  54 T  46 F   55 U 56 V 57 W 58 X lists, 70-77 typed, 78-7f untyped   48 H 4d M maps   5a Z end
/// 43 C class definition   4f O object   60-6f object short     51 Q reference
/// </code>
/// Draft, source: recorded frames of sofa-hessian 3.5.2 and the Hessian 2.0 draft of 2006.
/// <code>
/// strings, bytes and ints as above but: no medium forms; 73 s string chunk, 62 b bytes chunk
/// d8-ef, f0-ff, 38-3f, 4c long as above, 77 w 32 bit      67 0.0  68 1.0  69 i8  6a i16  6b f32  44 D     64 d date ms
/// 56 V list ['t' u16 type | 'u' int ref] ['n' u8 | 'l' i32] ... 7a z     76 v list (int type ref, int count)
/// 4d M map ['t' u16 type | 'u' int ref] ... 7a z     4f O class definition   6f o object
/// 4a J  4b K  52 R references in 8, 16, 32 bits
/// </code>
/// </remarks>
internal static class DialectTags
{
    internal const byte TypeLiteral = (byte)'t';
    internal const byte TypeReference = (byte)'u';
    internal const byte TypeReferenceOld = (byte)'T';
    internal const byte Length8 = (byte)'n';
    internal const byte Length32 = (byte)'l';

    private static readonly TagKind[] Final = BuildFinal();
    private static readonly TagKind[] Draft = BuildDraft();

    internal static TagKind[] Table(HessianDialect dialect) => dialect == HessianDialect.Final ? Final : Draft;

    internal static byte End(HessianDialect dialect) => dialect == HessianDialect.Final ? (byte)'Z' : (byte)'z';

    private static TagKind[] BuildShared()
    {
        var table = new TagKind[256];
        Fill(table, 0x00, 0x1F, TagKind.StringShort);
        Fill(table, 0x20, 0x2F, TagKind.BytesShort);
        Fill(table, 0x38, 0x3F, TagKind.Long3);
        Fill(table, 0x80, 0xBF, TagKind.Int1);
        Fill(table, 0xC0, 0xCF, TagKind.Int2);
        Fill(table, 0xD0, 0xD7, TagKind.Int3);
        Fill(table, 0xD8, 0xEF, TagKind.Long1);
        Fill(table, 0xF0, 0xFF, TagKind.Long2);
        table['N'] = TagKind.Null;
        table['T'] = TagKind.True;
        table['F'] = TagKind.False;
        table['I'] = TagKind.Int5;
        table['L'] = TagKind.Long9;
        table['D'] = TagKind.Double64;
        table['S'] = TagKind.StringLast;
        table['B'] = TagKind.BytesLast;
        return table;
    }

    private static TagKind[] BuildFinal()
    {
        var table = BuildShared();
        Fill(table, 0x30, 0x33, TagKind.StringMedium);
        Fill(table, 0x34, 0x37, TagKind.BytesMedium);
        Fill(table, 0x60, 0x6F, TagKind.ObjectShort);
        Fill(table, 0x70, 0x77, TagKind.ListShortTyped);
        Fill(table, 0x78, 0x7F, TagKind.ListShortUntyped);
        table['R'] = TagKind.StringChunk;
        table['A'] = TagKind.BytesChunk;
        table['Y'] = TagKind.Long5;
        table[0x5B] = TagKind.DoubleZero;
        table[0x5C] = TagKind.DoubleOne;
        table[0x5D] = TagKind.DoubleInt8;
        table[0x5E] = TagKind.DoubleInt16;
        table[0x5F] = TagKind.DoubleMilli;
        table['J'] = TagKind.DateMs;
        table['K'] = TagKind.DateMinutes;
        table['U'] = TagKind.ListOpenTyped;
        table['V'] = TagKind.ListTyped;
        table['W'] = TagKind.ListOpen;
        table['X'] = TagKind.ListUntyped;
        table['M'] = TagKind.MapTyped;
        table['H'] = TagKind.MapUntyped;
        table['C'] = TagKind.ClassDefinition;
        table['O'] = TagKind.Object;
        table['Q'] = TagKind.ReferenceInt;
        table['Z'] = TagKind.End;
        return table;
    }

    private static TagKind[] BuildDraft()
    {
        var table = BuildShared();
        table['s'] = TagKind.StringChunk;
        table['b'] = TagKind.BytesChunk;
        table['w'] = TagKind.Long5;
        table[0x67] = TagKind.DoubleZero;
        table[0x68] = TagKind.DoubleOne;
        table[0x69] = TagKind.DoubleInt8;
        table[0x6A] = TagKind.DoubleInt16;
        table[0x6B] = TagKind.DoubleSingle;
        table['d'] = TagKind.DateMs;
        table['V'] = TagKind.ListDraft;
        table['v'] = TagKind.ListDraftFixed;
        table['M'] = TagKind.MapDraft;
        table['O'] = TagKind.ClassDefinition;
        table['o'] = TagKind.Object;
        table['J'] = TagKind.Reference8;
        table['K'] = TagKind.Reference16;
        table['R'] = TagKind.Reference32;
        table['z'] = TagKind.End;
        return table;
    }

    private static void Fill(TagKind[] table, int from, int to, TagKind kind) => table.AsSpan(from, to - from + 1).Fill(kind);
}
