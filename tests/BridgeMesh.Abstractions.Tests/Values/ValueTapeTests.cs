using System.Runtime.CompilerServices;
using System.Text;

namespace BridgeMesh.Values;

public class ValueTapeTests
{
    private static readonly TypeName Order = TypeName.Of("com.acme.Order");

    [Fact]
    public void Token_Size_Is32Bytes() => Assert.Equal(32, Unsafe.SizeOf<ValueToken>());

    [Fact]
    public void Scalars_Added_ReadBackWithKindTypeAndValue()
    {
        using var tape = new ValueTape();
        var type = TypeName.Of("java.lang.Short");
        tape.AddNull();
        tape.AddAbsent();
        tape.AddBool(true);
        tape.AddBool(false);
        tape.AddInt32(int.MinValue, type);
        tape.AddInt64(long.MinValue);
        tape.AddUInt64(ulong.MaxValue);
        tape.AddFloat32(-0.0f);
        tape.AddFloat64(double.NaN);
        tape.AddInstant(-1, 999_999);

        Assert.Equal(10, tape.Count);
        Assert.Equal(10, tape.RootCount());
        Assert.Equal(ValueKind.Null, tape[0].Kind);
        Assert.Equal(ValueKind.Absent, tape[1].Kind);
        Assert.True(tape[2].AsBool);
        Assert.False(tape[3].AsBool);
        Assert.Equal(int.MinValue, tape[4].AsInt32);
        Assert.Same(type, tape[4].Type);
        Assert.Equal(long.MinValue, tape[5].AsInt64);
        Assert.Equal(ulong.MaxValue, tape[6].AsUInt64);
        Assert.Equal(BitConverter.SingleToInt32Bits(-0.0f), BitConverter.SingleToInt32Bits(tape[7].AsFloat32));
        Assert.True(double.IsNaN(tape[8].AsFloat64));
        Assert.Equal(-1, tape[9].EpochMs);
        Assert.Equal(999_999, tape[9].NanosOfMs);
    }

    // Not inline data: attributes are stored as UTF-8 and lose a lone surrogate.
    [Fact]
    public void String_FromUtf16_KeepsTextLengthAndFlags()
    {
        foreach (var (text, flags) in new[]
        {
            (string.Empty, ValueFlags.Ascii),
            ("plain", ValueFlags.Ascii),
            ("é中文", ValueFlags.None),
            ("😀 done", ValueFlags.None),
            ("a\uD83Db", ValueFlags.LoneSurrogate),
            ("\uDE00\uD83D", ValueFlags.LoneSurrogate),
            ("\uD800\uD83D\uDE00\uDFFF", ValueFlags.LoneSurrogate),
        })
        {
            using var tape = new ValueTape();
            tape.AddString(text);
            tape.AddString(tape.Utf8(0));

            for (var i = 0; i < 2; i++)
            {
                Assert.Equal(text, tape.Text(i));
                Assert.Equal(text.Length, tape[i].Utf16Length);
                Assert.Equal(flags, tape[i].Flags);
            }

            Assert.True(tape.Utf8(0).SequenceEqual(tape.Utf8(1)));
            Assert.True(tape.Utf8(0).SequenceEqual(tape.Utf8Memory(0).Span));
        }
    }

    [Fact]
    public void Bytes_NotUtf8_KeptAsTheyAre()
    {
        using var tape = new ValueTape();
        byte[] octets = [0xFF, 0x00, 0xC0, 0x80];
        tape.AddBytes(octets);
        Assert.Equal(octets, tape.Utf8(0).ToArray());
        Assert.Equal(ValueKind.Bytes, tape[0].Kind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("12.50")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001")]
    public void Decimal_Added_IsPlainText(string text)
    {
        using var tape = new ValueTape();
        tape.AddDecimal(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(text, tape.Text(0));
        Assert.Equal(ValueKind.Decimal, tape[0].Kind);
    }

    [Fact]
    public void Containers_Nested_CountChildrenAndSkipSubtrees()
    {
        using var tape = new ValueTape();
        var order = tape.BeginObject(Order);
        tape.Name(FieldName.Of("tags"));
        var tags = tape.BeginList(isSet: true);
        tape.AddString("a"u8);
        tape.AddString("b"u8);
        tape.End();
        tape.Name(FieldName.Of("notes"));
        var notes = tape.BeginMap();
        tape.AddString("k"u8);
        tape.BeginArray(TypeName.Of("[int"));
        tape.AddInt32(1);
        tape.AddInt32(2);
        tape.AddInt32(3);
        tape.End();
        tape.AddString("l"u8);
        tape.AddNull();
        tape.End();
        tape.End();
        var second = tape.AddInt32(7);

        Assert.Equal(2, tape.RootCount());
        Assert.Equal(2, tape[order].Count);
        Assert.Equal(2, tape[tags].Count);
        Assert.Equal(ValueFlags.Set, tape[tags].Flags);
        Assert.Equal(2, tape[notes].Count);
        Assert.Equal(notes, tape.Next(tags));
        Assert.Equal(second, tape.Next(order));
        Assert.Equal(tape.Count, tape.Next(second));
        Assert.Equal(0, tape.Depth);
    }

    [Fact]
    public void FindField_RepeatedName_LastWins()
    {
        using var tape = new ValueTape();
        tape.BeginObject(Order);
        tape.Name(FieldName.Of("id"));
        tape.AddInt32(1);
        tape.Name(FieldName.Of("id"));
        var last = tape.AddInt32(2);
        tape.End();
        Assert.Equal(last, tape.FindField(0, "id"u8));
        Assert.Equal(last, tape.FindField(0, FieldName.Of("id")));
        Assert.Equal(-1, tape.FindField(0, "other"u8));
    }

    [Fact]
    public void FindField_NotAnObject_FindsNothing()
    {
        using var tape = new ValueTape();
        tape.BeginObject(Order);
        tape.Name(FieldName.Of("name"));
        var text = tape.AddString("longer than its neighbours"u8);
        tape.Name(FieldName.Of("x"));
        tape.AddInt32(1);
        tape.End();
        Assert.Equal(-1, tape.FindField(text, "x"u8));
    }

    [Fact]
    public void FindField_ObjectStillOpen_FindsWhatIsThere()
    {
        using var tape = new ValueTape();
        tape.BeginObject(Order);
        tape.Name(FieldName.Of("x"));
        tape.AddInt32(1);
        Assert.Equal(1, tape.FindField(0, "x"u8));
    }

    [Fact]
    public void Name_Given_GoesToNextTokenOnly()
    {
        using var tape = new ValueTape();
        tape.BeginObject(Order);
        tape.Name(FieldName.Of("list"));
        tape.BeginList();
        tape.AddInt32(1);
        tape.End();
        tape.End();
        Assert.Equal("list", tape[1].Name!.Text);
        Assert.Null(tape[2].Name);
    }

    [Fact]
    public void Reference_ToSharedAndCyclicValue_ResolvesAndMarksTarget()
    {
        using var tape = new ValueTape();
        var node = tape.BeginObject(Order);
        tape.Name(FieldName.Of("self"));
        var self = tape.AddReference(node);
        tape.End();
        var again = tape.AddReference(self);

        Assert.True(tape.HasReferences);
        Assert.Equal(node, tape.Resolve(self));
        Assert.Equal(node, tape.Resolve(again));
        Assert.Equal(node, tape.Resolve(node));
        Assert.Equal(ValueFlags.Referenced, tape[node].Flags);
        Assert.Equal(node, tape[self].Target);
    }

    [Fact]
    public void SetNumber_OnText_ClearsWhatTextMeant()
    {
        using var tape = new ValueTape();
        var index = tape.AddString("12"u8);
        tape.AddReference(index);
        tape.SetNumber(index, ValueKind.Int64, 12);
        tape.SetType(index, TypeName.Of("long"));
        Assert.Equal(12, tape[index].AsInt64);
        Assert.Equal(ValueFlags.Referenced, tape[index].Flags);
        Assert.Equal(0, tape[index].Utf16Length);
        Assert.Equal("long", tape[index].Type!.Text);
    }

    [Fact]
    public void StoredText_DecodedInPlace_IsTheToken()
    {
        using var tape = new ValueTape();
        tape.AddString("before"u8);
        Assert.True(tape.TryReserveText(100, out var room));
        var at = tape.TextPosition;
        "in place ✓"u8.CopyTo(room);
        tape.CommitText("in place ✓"u8.Length);
        var index = tape.AddStoredText(ValueKind.String, at, "in place ✓"u8.Length);
        Assert.Equal("in place ✓", tape.Text(index));
        Assert.Equal("in place ✓".Length, tape[index].Utf16Length);
        Assert.Equal("before", tape.Text(0));
    }

    [Fact]
    public void Text_CopiedWithinOneTapeWhileItGrows_StaysIntact()
    {
        using var tape = new ValueTape();
        var text = new string('x', 1_000) + "é";
        tape.AddString(text);
        for (var i = 0; i < 64; i++)
        {
            tape.AddString(tape.Utf8(i));
        }

        Assert.All(Enumerable.Range(0, 65), i => Assert.Equal(text, tape.Text(i)));
    }

    [Fact]
    public void Tokens_GrownPastFirstArray_KeepOrder()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        for (var i = 0; i < 5_000; i++)
        {
            tape.AddInt32(i);
        }

        tape.End();
        Assert.Equal(5_000, tape[0].Count);
        Assert.All(Enumerable.Range(0, 5_000), i => Assert.Equal(i, tape[i + 1].AsInt32));
    }

    [Fact]
    public void Reset_AfterUse_IsEmptyAndGivesLargeMemoryBack()
    {
        using var tape = new ValueTape();
        tape.BeginObject(Order);
        tape.Name(FieldName.Of("big"));
        tape.AddBytes(new byte[1 << 20]);
        for (var i = 0; i < 10_000; i++)
        {
            tape.AddNull();
        }

        tape.AddReference(0);
        tape.Fail(CodecError.Malformed, "x");
        Assert.True(tape.RetainedBytes > 1 << 20);
        tape.Reset();

        Assert.Equal(0, tape.Count);
        Assert.Equal(0, tape.Depth);
        Assert.Equal(0, tape.TextPosition);
        Assert.False(tape.Failed);
        Assert.False(tape.HasReferences);
        Assert.InRange(tape.RetainedBytes, 0, 512 << 10);
        tape.AddString("again"u8);
        Assert.Null(tape[0].Name);
        Assert.Equal("again", tape.Text(0));
    }

    [Fact]
    public void Reset_SteadyUse_AllocatesNothing()
    {
        using var tape = new ValueTape();
        var name = FieldName.Of("name");
        Use();
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Use();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Use()
        {
            tape.Reset();
            tape.BeginObject(Order);
            for (var i = 0; i < 200; i++)
            {
                tape.Name(name);
                tape.AddString("some text of some length");
            }

            tape.End();
        }
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var tape = new ValueTape();
        tape.AddNull();
        tape.Dispose();
        tape.Dispose();
        Assert.Equal(0, tape.Count);
    }

    [Fact]
    public void AddText_LongAsciiNearTheBudget_FitsWhenItsBytesDo()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxTextBytes = 10 });
        Assert.Equal(0, tape.AddString("helloworld"));
        Assert.False(tape.Failed);
        Assert.Equal(-1, tape.AddString("x"));
        Assert.Equal(CodecError.OverBudget, tape.Status.Error);
    }

    [Fact]
    public void AddText_LoneSurrogateAtExactBudget_Fits()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxTextBytes = 5 });
        Assert.Equal(0, tape.AddString("a\uD800b"));
        Assert.Equal("a\uD800b", tape.Text(0));
    }

    [Fact]
    public void Encoding_OfEveryBmpUnitAlone_RoundTrips()
    {
        using var tape = new ValueTape();
        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            tape.Reset();
            var text = new string((char)unit, 1);
            tape.AddString(text);
            Assert.Equal(text, tape.Text(0));
            if (!char.IsSurrogate((char)unit))
            {
                Assert.Equal(Encoding.UTF8.GetBytes(text), tape.Utf8(0).ToArray());
            }
        }
    }
}
