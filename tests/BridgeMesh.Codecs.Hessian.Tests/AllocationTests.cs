using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Alone, as tests beside it would empty the pools.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void ReadWriteAndSkip_Order_AllocatesNothingOnceWarm(HessianDialect dialect)
    {
        using var order = new ValueTape();
        OrderSample.Fill(order);
        var bytes = Bytes.Write(order, dialect);
        var payload = Bytes.Whole(bytes);
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        for (var i = 0; i < 200; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(output.Written));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void Read_SplitOrder_AllocatesNothingOnceWarm(HessianDialect dialect)
    {
        using var order = new ValueTape();
        OrderSample.Fill(order);
        var bytes = Bytes.Write(order, dialect);
        var payload = Bytes.Split(bytes, bytes.Length / 2);
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        for (var i = 0; i < 200; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void RoundTrip(in ReadOnlySequence<byte> payload, HessianDialect dialect, ValueTape tape, FrameWriter output)
    {
        var reading = HessianReadState.Rent();
        tape.Reset();
        var skipper = new HessianReader(payload, dialect, reading);
        var skipped = skipper.Skip();
        reading.Reset();
        var reader = new HessianReader(payload, dialect, reading);
        var read = reader.ReadValue(tape);
        reading.Return();
        var writing = HessianWriteState.Rent();
        output.Clear();
        var written = new HessianWriter(output, dialect, writing).WriteValue(tape, 0);
        writing.Return();
        if (!skipped.IsOk || !read.IsOk || !written.IsOk)
        {
            throw new InvalidOperationException($"{skipped} {read} {written}");
        }
    }

    /// <summary>An object as JSON gives it: without types, in its own order, a declared field missing, with a float.</summary>
    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void Write_UntypedObjectWithAContract_AllocatesNothingOnceWarm(HessianDialect dialect)
    {
        var text = new TypeShape { Kind = ShapeKind.String, JavaType = TypeName.Of("java.lang.String"), JavaDescriptor = "Ljava/lang/String;" };
        var number = new TypeShape { Kind = ShapeKind.Float32, JavaType = TypeName.Of("float"), JavaDescriptor = "F", Nullable = false };
        var fields = new StructShape(TypeName.Of("com.acme.Item"), isException: false);
        fields.SetFields([new(FieldName.Of("sku"), text), new(FieldName.Of("note"), text), new(FieldName.Of("weight"), number)]);
        var shape = new TypeShape { Kind = ShapeKind.Struct, JavaType = fields.JavaType, JavaDescriptor = "Lcom/acme/Item;", Struct = fields };
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("weight"));
        tape.AddFloat32(0.1f);
        tape.Name(FieldName.Of("sku"));
        tape.AddString("sku-1"u8);
        tape.End();
        using var output = new FrameWriter();
        var before = 0L;
        for (var i = 0; i < 1_200; i++)
        {
            before = i == 200 ? GC.GetAllocatedBytesForCurrentThread() : before;
            output.Clear();
            HessianPayload(dialect).Write(tape, 0, shape, ValuePolicy.Default, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static HessianPayloadCodec HessianPayload(HessianDialect dialect) =>
        dialect == HessianDialect.Final ? HessianPayloadCodec.Final : HessianPayloadCodec.Draft;
}
