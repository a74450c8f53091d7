using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

public sealed class HessianWriterTests
{
    private static readonly TypeShape Int = Shape(ShapeKind.Int32, "int", nullable: false);
    private static readonly TypeShape Text = Shape(ShapeKind.String, "java.lang.String");
    private static readonly TypeShape Date = Shape(ShapeKind.Instant, "java.util.Date");

    /// <summary>The recorded class definitions of com.example.bridge.Item, from a contract in the class's own order.</summary>
    [Theory]
    [InlineData(HessianDialect.Final, "com.example.bridge.Item(price, sku, id)")]
    [InlineData(HessianDialect.Draft, "com.example.bridge.Item(id, sku, price)")]
    public void WriteValue_UntypedObjectWithAContract_HasTheFieldsOfTheDialectsJava(HessianDialect dialect, string expected)
    {
        var shape = Struct("com.example.bridge.Item", ("id", Int), ("sku", Text), ("price", Shape(ShapeKind.Int64, "long", nullable: false)));
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("sku"));
        tape.AddString("sku-1"u8);
        tape.Name(FieldName.Of("id"));
        tape.AddInt32(1);
        tape.End();
        var (cls, again) = WriteAndRead(tape, dialect, shape);
        Assert.Equal(expected, cls.ToString());
        Assert.Equal(ValueKind.Null, again[again.FindField(0, "price"u8)].Kind);
        Assert.Equal("sku-1", again.Text(again.FindField(0, "sku"u8)));
        again.Dispose();
    }

    [Theory]
    [InlineData(HessianDialect.Final, "com.acme.P(when, next, name, age)")]
    [InlineData(HessianDialect.Draft, "com.acme.P(age, name, next, when)")]
    public void WriteValue_ObjectThatLacksFields_GetsTheDeclaredOnesAsNull(HessianDialect dialect, string expected)
    {
        var shape = Struct("com.acme.P", ("age", Int), ("next", Shape(ShapeKind.Any, "java.lang.Object")), ("when", Date), ("name", Text));
        using var tape = new ValueTape();
        tape.BeginObject(TypeName.Of("com.acme.P"));
        tape.Name(FieldName.Of("name"));
        tape.AddString("x"u8);
        tape.End();
        var (cls, again) = WriteAndRead(tape, dialect, shape);
        Assert.Equal(expected, cls.ToString());
        again.Dispose();
    }

    [Fact]
    public void WriteValue_FieldsTheContractDoesNotKnow_AreKeptBehindTheDeclared()
    {
        var shape = Struct("com.acme.P", ("age", Int), ("name", Text));
        using var tape = new ValueTape();
        tape.BeginObject(TypeName.Of("com.acme.P"));
        tape.Name(FieldName.Of("extra"));
        tape.AddInt32(7);
        tape.Name(FieldName.Of("name"));
        tape.AddString("x"u8);
        tape.End();
        var (cls, again) = WriteAndRead(tape, HessianDialect.Final, shape);
        Assert.Equal("com.acme.P(name, age, extra)", cls.ToString());
        Assert.Equal(7, again[again.FindField(0, "extra"u8)].AsInt32);
        again.Dispose();
    }

    [Fact]
    public void WriteValue_SubclassOfTheDeclared_KeepsItsOwnFields()
    {
        var shape = Struct("com.acme.Base", ("age", Int), ("name", Text));
        using var tape = new ValueTape();
        tape.BeginObject(TypeName.Of("com.acme.Derived"));
        tape.Name(FieldName.Of("only"));
        tape.AddInt32(7);
        tape.End();
        var (cls, again) = WriteAndRead(tape, HessianDialect.Final, shape);
        Assert.Equal("com.acme.Derived(only)", cls.ToString());
        again.Dispose();
    }

    [Fact]
    public void WriteValue_InstancesWithOtherFields_DefineTheClassAgain()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        foreach (var name in (string[])["a", "b", "a"])
        {
            tape.BeginObject(TypeName.Of("com.acme.P"));
            tape.Name(FieldName.Of(name));
            tape.AddInt32(1);
            tape.End();
        }

        tape.End();
        var bytes = Bytes.Write(tape, HessianDialect.Final);
        Assert.Equal("7B43" + "0A" + Hex("com.acme.P") + "910161" + "6091" + "43" + "0A" + Hex("com.acme.P") + "910162" + "6191" + "6091", Convert.ToHexString(bytes));
    }

    /// <summary>Collections whose class the sender did not say, and those that one dialect names and the other does not.</summary>
    [Fact]
    public void WriteValue_Collections_AreNamedAsTheDialectsJavaNamesThem()
    {
        using var tape = new ValueTape();
        tape.BeginList(TypeName.Of("java.util.ArrayList"));
        tape.End();
        tape.BeginList(isSet: true);
        tape.End();
        tape.BeginMap(TypeName.Of("java.util.HashMap"));
        tape.End();
        tape.BeginList();
        tape.End();
        Assert.Equal("70" + "13" + Hex("java.util.ArrayList") + "70" + "11" + Hex("java.util.HashSet") + "485A" + "78", Convert.ToHexString(Bytes.Write(tape, HessianDialect.Final)));
        Assert.Equal("566E007A" + "567400" + "11" + Hex("java.util.HashSet") + "6E007A" + "4D7A" + "566E007A", Convert.ToHexString(Bytes.Write(tape, HessianDialect.Draft)));
    }

    [Theory]
    [InlineData(HessianDialect.Final, "com.acme.E(suppressedExceptions, stackTrace, cause, detailMessage, code)")]
    [InlineData(HessianDialect.Draft, "com.acme.E(code, detailMessage, cause, stackTrace, suppressedExceptions)")]
    public void WriteThrowable_WithOwnFields_HasThrowablesFieldsAndItself(HessianDialect dialect, string expected)
    {
        using var fields = new ValueTape();
        fields.BeginObject(null);
        fields.Name(FieldName.Of("code"));
        fields.AddInt32(42);
        fields.End();
        using var output = new FrameWriter();
        var writing = HessianWriteState.Rent();
        var writer = new HessianWriter(output, dialect, writing);
        writer.BeginMap();
        writer.WriteUtf8String("k"u8);
        Assert.True(writer.WriteThrowable(TypeName.Of("com.acme.E"), "余额不足", fields, 0).IsOk);
        writer.EndMap();
        writing.Return();

        var state = HessianReadState.Rent();
        var reader = new HessianReader(Bytes.Whole(output.Written.ToArray()), dialect, state);
        using var tape = new ValueTape();
        Assert.True(reader.ReadValue(tape).IsOk);
        Assert.Equal(expected, state.Class(0).ToString());
        state.Return();
        var thrown = tape.Next(1);
        Assert.Equal("余额不足", tape.Text(tape.FindField(thrown, "detailMessage"u8)));
        Assert.Equal(thrown, tape.Resolve(tape.FindField(thrown, "cause"u8)));
        Assert.Equal(42, tape[tape.FindField(thrown, "code"u8)].AsInt32);
        Assert.Equal("[java.lang.StackTraceElement", tape[tape.FindField(thrown, "stackTrace"u8)].Type?.Text);
        Assert.Equal("java.util.Collections$EmptyList", tape[tape.FindField(thrown, "suppressedExceptions"u8)].Type?.Text);
    }

    /// <summary>hessian-lite 3.2's decoder gives a UUID no slot and every other decoder does: no reference may cross one.</summary>
    [Fact]
    public void WriteValue_ReferencesBehindAUuid_AreAvoidedUnlessACycleNeedsThem()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        var before = tape.BeginList();
        tape.End();
        var uuid = tape.AddText(ValueKind.Text, "123e4567-e89b-12d3-a456-426614174000"u8, TypeName.Of("java.util.UUID"));
        var behind = tape.BeginMap();
        tape.AddString("self"u8);
        tape.AddReference(behind);
        tape.End();
        var shared = tape.BeginList();
        tape.End();
        tape.AddReference(before);
        tape.AddReference(uuid);
        tape.AddReference(shared);
        tape.End();
        var hex = Convert.ToHexString(Bytes.Write(tape, HessianDialect.Final));

        // The cycle by hessian-lite's count (2), the list before the UUID by number (1), UUID and the list behind it once more.
        Assert.Contains("48" + "04" + Hex("self") + "51925A" + "78" + "5191" + "60", hex, StringComparison.Ordinal);
        Assert.EndsWith(Hex("426614174000") + "78", hex, StringComparison.Ordinal);
    }

    /// <summary>The dialect's order of fields may put a reference before the value that it means, and before one around that value.</summary>
    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void WriteValue_ReferencesThatComeFirstInTheDeclaredOrder_StayShared(HessianDialect dialect)
    {
        var any = Shape(ShapeKind.Any, "java.lang.Object");
        var shape = Struct("com.acme.P", ("a", any), ("b", any), ("c", any), ("d", any));
        using var tape = new ValueTape();
        var root = tape.BeginObject(TypeName.Of("com.acme.P"));
        tape.Name(FieldName.Of("b"));
        var outer = tape.BeginMap();
        tape.AddString("inner"u8);
        var inner = tape.BeginMap();
        tape.AddString("outer"u8);
        tape.AddReference(outer);
        tape.AddString("root"u8);
        tape.AddReference(root);
        tape.End();
        tape.End();
        foreach (var name in (string[])["d", "a", "c"])
        {
            tape.Name(FieldName.Of(name));
            tape.AddReference(name == "d" ? outer : inner);
        }

        tape.End();
        var (_, again) = WriteAndRead(tape, dialect, shape);
        Assert.Null(TapeEquality.Differs(tape, again, dialect.ToString(), byName: true));
        var places = new Dictionary<string, int>();
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            places[name] = again.Resolve(again.FindField(0, FieldName.Of(name)));
        }

        Assert.Equal(places["a"], places["c"]);
        Assert.Equal(places["b"], places["d"]);
        again.Dispose();
    }

    [Fact]
    public void WriteValue_ReferenceToADate_WritesTheDateAgain()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        var date = tape.AddInstant(60_000);
        tape.AddReference(date);
        tape.End();
        Assert.Equal("7A4B000000014B00000001", Convert.ToHexString(Bytes.Write(tape, HessianDialect.Final)));
    }

    [Theory]
    [InlineData(0.1f, 0.1)]
    [InlineData(3.4028235E38f, 3.4028235E38)]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(-0f, -0.0)]
    public void WriteValue_Float_IsTheDoubleOfItsDigits(float value, double expected)
    {
        using var tape = new ValueTape();
        tape.AddFloat32(value);
        Assert.Equal(JavaBits(expected), JavaBits(ReadBack(tape, HessianDialect.Final)));
        Assert.Equal(JavaBits(expected), JavaBits(ReadBack(tape, HessianDialect.Draft)));
    }

    [Fact]
    public void WriteValue_UnsignedBeyondLong_IsRefusedWithItsPath()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.AddUInt64(ulong.MaxValue);
        tape.End();
        using var output = new FrameWriter();
        var status = HessianPayloadCodec.Final.Write(tape, 0, null, ValuePolicy.Default, output);
        Assert.Equal((CodecError.Unrepresentable, "args[0][0]"), (status.Error, status.Path));
    }

    [Fact]
    public void PayloadCodec_BytesBehindTheValue_AreRefused()
    {
        using var tape = new ValueTape();
        var status = HessianPayloadCodec.Draft.Read(Bytes.Whole([0x91, 0x92]), null, ValuePolicy.Default, tape);
        Assert.Equal(CodecError.Malformed, status.Error);
        Assert.Equal(["hessian2", "hessian-draft"], [HessianPayloadCodec.Final.Format, HessianPayloadCodec.Draft.Format]);
    }

    [Fact]
    public void Write_ANumberWhereAnEnumIsDeclared_IsRefused()
    {
        using var tape = new ValueTape();
        tape.AddInt32(7);
        using var output = new FrameWriter();
        var writing = HessianWriteState.Rent();
        var status = new HessianWriter(output, HessianDialect.Final, writing).WriteValue(tape, 0, Shape(ShapeKind.Enum, "com.acme.Colour"));
        writing.Return();
        Assert.Equal(CodecError.Unrepresentable, status.Error);
        Assert.StartsWith("com.acme.Colour has no constant for the number 7", status.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Double.doubleToLongBits: one NaN for all.</summary>
    private static long JavaBits(double value) => double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(value);

    private static double ReadBack(ValueTape tape, HessianDialect dialect)
    {
        using var again = new ValueTape();
        Assert.True(Bytes.Read(Bytes.Whole(Bytes.Write(tape, dialect)), dialect, again, out _).IsOk);
        return again[0].AsFloat64;
    }

    private static (HessianClass Class, ValueTape Again) WriteAndRead(ValueTape tape, HessianDialect dialect, TypeShape shape)
    {
        using var output = new FrameWriter();
        var writing = HessianWriteState.Rent();
        var status = new HessianWriter(output, dialect, writing).WriteValue(tape, 0, shape);
        writing.Return();
        Assert.True(status.IsOk, status.ToString());
        var state = HessianReadState.Rent();
        var again = new ValueTape();
        Assert.True(new HessianReader(Bytes.Whole(output.Written.ToArray()), dialect, state).ReadValue(again, shape).IsOk);
        var cls = state.Class(0);
        state.Return();
        return (cls, again);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    private static TypeShape Shape(ShapeKind kind, string javaType, bool nullable = true) =>
        new() { Kind = kind, JavaType = TypeName.Of(javaType), JavaDescriptor = JavaDescriptors.ToDescriptor(javaType), Nullable = nullable };

    private static TypeShape Struct(string javaType, params (string Name, TypeShape Type)[] fields)
    {
        var shape = new StructShape(TypeName.Of(javaType), isException: false);
        shape.SetFields([.. fields.Select(f => new FieldShape(FieldName.Of(f.Name), f.Type))]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = shape.JavaType,
            JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
            Struct = shape,
        };
    }
}
