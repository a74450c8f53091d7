using BridgeMesh.Contracts;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using static BridgeMesh.Core.Tests.Translation.Loose;

namespace BridgeMesh.Core.Tests.Translation;

public sealed class PlanRunnerTests
{
    [Theory]
    [InlineData("int", 5L, "5")]
    [InlineData("long", 5, "5L")]
    [InlineData("long", 5.0, "5L")]
    [InlineData("long", "9007199254740993", "9007199254740993L")]
    [InlineData("short", -5.0, "-5")]
    [InlineData("uint32", 4294967295L, "4294967295L")]
    [InlineData("uint32", 5, "5L")]
    [InlineData("uint64", "18446744073709551615", "18446744073709551615UL")]
    [InlineData("uint64", 5L, "5UL")]
    [InlineData("double", 5, "5d")]
    [InlineData("double", 9007199254740992L, "9007199254740992d")]
    [InlineData("float", 0.1, "0.1f")]
    [InlineData("float", 16777216, "16777216f")]
    [InlineData("float", double.NaN, "NaNf")]
    [InlineData("decimal", 5, "Decimal \"5\"")]
    [InlineData("decimal", 5.0, "Decimal \"5\"")]
    [InlineData("decimal", 0.1, "Decimal \"0.1\"")]
    [InlineData("decimal", 1e21, "Decimal \"1000000000000000000000\"")]
    [InlineData("decimal", "12.50", "Decimal \"12.50\"")]
    [InlineData("decimal", "1.5e3", "Decimal \"1500\"")]
    [InlineData("bigint", 5L, "BigInteger \"5\"")]
    [InlineData("bigint", -9007199254740991.0, "BigInteger \"-9007199254740991\"")]
    [InlineData("bigint", "123456789012345678901234567890", "BigInteger \"123456789012345678901234567890\"")]
    [InlineData("char", "界", "\"界\"")]
    [InlineData("Colour", "GREEN", "(com.acme.Colour)Enum \"GREEN\"")]
    [InlineData("Numbered", 5, "(com.acme.Numbered)Enum \"PAID\"")]
    [InlineData("Numbered", 7, "7")]
    [InlineData("date", 1714979289123L, "@1714979289123")]
    [InlineData("date", "2024-05-06T07:08:09.123456789Z", "@1714979289123+456789ns")]
    [InlineData("timestamp", 0, "(java.sql.Timestamp)@0")]
    [InlineData("localdate", "2024-05-06", "(java.time.LocalDate)Text \"2024-05-06\"")]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", "(java.util.UUID)Text \"123e4567-e89b-12d3-a456-426614174000\"")]
    [InlineData("any", "text", "\"text\"")]
    [InlineData("Long", null, "null")]
    public void Conform_Scalar_BecomesWhatIsDeclared(string type, object? value, string expected) =>
        Assert.Equal(expected, Conform(type, value));

    [Theory]
    [InlineData("int", 2147483648L, "out of the range of int at args[0]")]
    [InlineData("byte", 128, "out of the range of byte at args[0]")]
    [InlineData("uint32", 4294967296L, "out of the range of long at args[0]")]
    [InlineData("uint64", -1L, "out of the range of long at args[0]")]
    [InlineData("int", 5.5, "expected int, found a double at args[0]")]
    [InlineData("int", "5", "expected int, found a string at args[0]")]
    [InlineData("long", 9.3e18, "expected long, found a double at args[0]")]
    [InlineData("long", double.NaN, "expected long, found a double at args[0]")]
    [InlineData("double", 9007199254740993L, "expected double, found a long at args[0]")]
    [InlineData("float", 1e39, "expected float, found a double at args[0]")]
    [InlineData("float", 16777217, "expected float, found an int at args[0]")]
    [InlineData("boolean", 1, "expected boolean, found an int at args[0]")]
    [InlineData("string", 5, "expected java.lang.String, found an int at args[0]")]
    [InlineData("char", "ab", "a char is a text of exactly one UTF-16 unit at args[0]")]
    [InlineData("decimal", "five", "expected java.math.BigDecimal, found a string at args[0]")]
    [InlineData("decimal", double.PositiveInfinity, "expected java.math.BigDecimal, found a double at args[0]")]
    [InlineData("bigint", 0.5, "expected java.math.BigInteger, found a double at args[0]")]
    [InlineData("Colour", "BLUE", "no constant of com.acme.Colour: use one of RED, GREEN at args[0]")]
    [InlineData("Colour", 1, "expected com.acme.Colour, found an int at args[0]")]
    [InlineData("Numbered", 7L, "expected com.acme.Numbered, found a long at args[0]")]
    [InlineData("localdate", "yesterday", "the text is no java.time.LocalDate, such as 2024-05-06 at args[0]")]
    [InlineData("Order", "o-1", "expected com.acme.Order, found a string at args[0]")]
    [InlineData("list<int>", "1", "expected list<java.lang.Integer>, found a string at args[0]")]
    [InlineData("int", null, "expected int, found null at args[0]")]
    public void Conform_WrongScalar_SaysWhatWasExpectedAndWhere(string type, object? value, string expected)
    {
        using var tape = new ValueTape();
        Add(tape, value);
        Assert.Equal(expected, Conform(tape, Method(type)).ToString());
        Assert.True(tape.Failed);
    }

    [Fact]
    public void Conform_UntypedMap_BecomesTheDeclaredClassDownToItsItems()
    {
        using var tape = new ValueTape();
        AddLooseOrder(tape);
        Assert.True(Conform(tape, Method("Order")).IsOk, tape.Status.ToString());
        Assert.Equal(
            "(com.acme.Order){id: \"o-1\", number: 7L, colour: (com.acme.Colour)Enum \"RED\", "
            + "items: [(com.acme.Item){sku: \"s\", price: Decimal \"9.95\"}], notes: map{1L: \"one\"}}",
            TapeText.Of(tape));
    }

    [Fact]
    public void Conform_UnknownKeyOfAMap_IsDroppedOrRejected()
    {
        Assert.Equal(
            "(com.acme.Item){sku: \"s\"}",
            Conform("Item", t => AddMap(t, ("sku", "s"), ("weight", 5), ("class", "com.acme.Item"))));
        using var tape = new ValueTape();
        AddMap(tape, ("sku", "s"), ("weight", 5));
        var status = Conform(tape, Method("Item"), ValuePolicy.Default with { RejectUnknown = true });
        Assert.Equal("com.acme.Item has no such field at args[0][weight]", status.ToString());
    }

    [Fact]
    public void Conform_MapThatNamesASubclass_BecomesThat()
    {
        Assert.Equal(
            "(com.acme.Cat){name: \"Tom\", lives: 9L}",
            Conform("Animal", t => AddMap(t, ("class", "com.acme.Cat"), ("name", "Tom"), ("lives", 9))));
        Assert.Equal("(com.acme.Animal){name: \"Tom\"}", Conform("Animal", t => AddMap(t, ("class", "evil.Gadget"), ("name", "Tom"))));
    }

    [Fact]
    public void Conform_ObjectOfASubclass_KeepsItsClassAndFields()
    {
        Assert.Equal(
            "(com.acme.Cat){lives: 9L, age: 3}",
            Conform("Animal", t => AddObject(t, "com.acme.Cat", ("lives", 9), ("age", 3.0))));
        Assert.Equal(
            "(com.acme.Stranger){age: 3, odd: 1.5d}",
            Conform("Animal", t => AddObject(t, "com.acme.Stranger", ("age", 3L), ("odd", 1.5))));
    }

    [Fact]
    public void Conform_UntypedObject_GetsTheDeclaredClass() =>
        Assert.Equal("(com.acme.Item){sku: \"s\"}", Conform("Item", t => AddObject(t, null, ("sku", "s"))));

    [Fact]
    public void Conform_UntypedObjectForAMap_BecomesOne() =>
        Assert.Equal("map{\"a\": 1L}", Conform("map<string, long>", t => AddObject(t, null, ("a", 1))));

    [Fact]
    public void Conform_TypedObjectForAMap_IsRefused()
    {
        using var tape = new ValueTape();
        AddObject(tape, "com.acme.Item", ("sku", "s"));
        Assert.Equal(
            "expected map<java.lang.String, java.lang.Long>, found a com.acme.Item at args[0]",
            Conform(tape, Method("map<string, long>")).ToString());
    }

    [Fact]
    public void Conform_Lists_BecomeSetsAndArrays()
    {
        Assert.Equal("set[1L, 2L]", Conform("set<long>", t => AddList(t, 1, 2.0)));
        Assert.Equal("([long)array[1L, 2L]", Conform("long[]", t => AddList(t, 1, 2)));
        Assert.Equal("([com.acme.Colour)array[(com.acme.Colour)Enum \"RED\"]", Conform("Colour[]", t => AddList(t, "RED")));
        Assert.Equal("0x01FF80", Conform("bytes", t => AddList(t, 1, 255, -128)));
        Assert.Equal("[1, null]", Conform("list<int>", t =>
        {
            t.BeginArray(TypeName.Of("[int"));
            t.AddInt32(1);
            t.AddNull();
            t.End();
        }));
    }

    [Fact]
    public void Conform_SetUnderItsOwnName_StaysOneInACollection() =>
        Assert.Equal("(java.util.HashSet)set[1]", Conform("list<int>", t =>
        {
            t.BeginList(TypeName.Of("java.util.HashSet"), isSet: true);
            t.AddInt64(1);
            t.End();
        }));

    [Fact]
    public void Conform_ConstantWithABody_IsOfItsEnum()
    {
        Assert.Equal(
            "(com.acme.Colour)Enum \"RED\"", Conform("Colour", t => t.AddText(ValueKind.Enum, "RED", TypeName.Of("com.acme.Colour$1"))));
        using var other = new ValueTape();
        other.AddText(ValueKind.Enum, "RED", TypeName.Of("com.acme.Colours"));
        var status = Conform(other, Method("Colour"));
        Assert.Equal("expected com.acme.Colour, found a com.acme.Colours at args[0]", status.ToString());
    }

    [Fact]
    public void Conform_MapKeys_BecomeTheDeclaredType() =>
        Assert.Equal("map{(com.acme.Colour)Enum \"RED\": 1}", Conform("map<Colour, int>", t => AddMap(t, ("RED", 1L))));

    [Fact]
    public void Conform_EnumAsObject_BecomesTheConstant()
    {
        Assert.Equal("(com.acme.Colour)Enum \"RED\"", Conform("Colour", t => AddMap(t, ("name", "RED"))));
        Assert.Equal("[(com.acme.Colour)Enum \"RED\"]", Conform("list<Colour>", t =>
        {
            t.BeginList();
            AddObject(t, null, ("name", "RED"));
            t.End();
        }));
    }

    [Fact]
    public void Conform_DeepMismatch_NamesThePath()
    {
        using var tape = new ValueTape();
        tape.AddNull();
        tape.BeginObject(TypeName.Of("com.acme.Order"));
        tape.Name(FieldName.Of("items"));
        tape.BeginList();
        AddObject(tape, "com.acme.Item", ("sku", "a"));
        AddObject(tape, "com.acme.Item", ("sku", "b"), ("price", true));
        tape.End();
        tape.End();
        Assert.Equal(
            "expected java.math.BigDecimal, found a boolean at args[1].items[1].price",
            Conform(tape, Method("string", "Order")).ToString());
    }

    [Fact]
    public void Conform_WrongNumberOfArguments_IsRefused()
    {
        using var tape = new ValueTape();
        Assert.Equal("m(int p0) takes 1 arguments, not 0 at args", Conform(tape, Method("int")).ToString());
    }

    [Fact]
    public void Conform_Result_IsOneRoot()
    {
        using var tape = new ValueTape();
        tape.AddInt32(5);
        Assert.True(Conform(tape, Method("long").Parameters[0].Type).IsOk);
        Assert.Equal("5L", TapeText.Of(tape));
    }

    [Fact]
    public void Conform_VoidResult_IsEmptied()
    {
        using var tape = new ValueTape();
        tape.AddString("undefined");
        Assert.True(Conform(tape, Load("void").Returns).IsOk);
        Assert.Equal(0, tape.Count);
    }

    [Fact]
    public void Conform_WhatFits_AllocatesNothing()
    {
        using var tape = new ValueTape();
        AddLooseOrder(tape);
        var shape = Method("Order");
        Assert.True(Conform(tape, shape).IsOk);
        var expected = TapeText.Of(tape);
        var allocated = long.MaxValue;
        for (var round = 0; round < 3 && allocated != 0; round++)
        {
            allocated = PoolBalance.AllocatedBytes(() =>
            {
                for (var i = 0; i < 1_000; i++)
                {
                    Conform(tape, shape);
                }
            });
        }

        Assert.Equal(0, allocated);
        Assert.Equal(expected, TapeText.Of(tape));
    }

    [Fact]
    public void Conform_WhatMustChange_AllocatesNothingInSteadyState()
    {
        using var tape = new ValueTape();
        var shape = Method("Order");
        var allocated = long.MaxValue;
        for (var round = 0; round < 3 && allocated != 0; round++)
        {
            allocated = PoolBalance.AllocatedBytes(() =>
            {
                for (var i = 0; i < 200; i++)
                {
                    tape.Reset();
                    AddLooseOrder(tape);
                    Conform(tape, shape);
                }
            });
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Conform_RandomTypedValuesMadeLoose_ComeBackTyped() => Seeded.Run(500, random =>
    {
        using var typed = new ValueTape();
        using var loose = new ValueTape();
        Randomly.AddOrder(typed, random, depth: 3);
        Randomly.Loosen(typed, 0, loose, random);
        var before = TapeText.Of(loose);
        var status = Conform(loose, Method("Order"));
        Assert.True(status.IsOk, $"{status}: {before}");
        TapeAssert.Equal(typed, loose, TapeComparison.Exact, before);
    });
}
