using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Plain text as a value of a declared type: path segments, queries, headers, forms, map keys. The first byte of an input picks the type.
/// What reads must write, and read back equal.
/// </summary>
internal sealed class TextScalarTarget(FuzzCorpus corpus) : FuzzTarget
{
    private static readonly byte[][] Samples = [.. new[]
    {
        "true", "false", "0", "-0", "-1", "127", "-128", "128", "32767", "65536", "2147483647", "-2147483648", "9223372036854775807", "9223372036854775808",
        "1.5", "1e10", "-1E-10", "NaN", "Infinity", "-Infinity", "3.4028235E38", "4.9E-324", "12.50", "123456789012345678901234567890.12345", "1e999999",
        "2024-02-29", "23:59:59.999999999", "2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09+08:00", "2024-05-06T07:08:09+08:00[Asia/Shanghai]",
        "1714979289123", "-62135596800000", "253402300800000", "+10000-01-01T00:00:00Z", "PT1H2M3.4S", "P1Y2M3D", "P-2147483648D", "2024-05", "--05-06", "2024",
        "+08:00", "Z", "Europe/Berlin", "zh_CN", "en-US", "123e4567-e89b-12d3-a456-426614174000", "java.lang.String", "RED", "PAID", "AAECAw==", "_-8", "a", "中", "",
    }.Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly TypeShape[] _shapes =
    [
        .. corpus.Shapes.Where(s => s.Kind is not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map or ShapeKind.Struct)),
    ];
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();
    private readonly ValueTape _again = new();

    internal override string Name => "text-scalar";

    internal override int Weight => 60;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add(random.NextByte());
        into.Add(random.Pick<byte[]>(Samples));
        while (random.Chance(10))
        {
            into.Add(random.Pick<byte[]>(Samples));
        }

        if (random.Chance(60))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        // The library promises nothing for what is no WTF-8: its callers have checked the bytes.
        var text = input.IsEmpty ? [] : Wtf8.FromUtf16(Wtf8.ToUtf16(input.Span[1..]));
        var shape = input.IsEmpty ? null : _shapes[input.Span[0] % _shapes.Length];
        _tape.Reset();
        var status = TextScalar.Read(text, shape, _tape);
        if (status.IsOk == _tape.Failed || (!status.IsOk && string.IsNullOrEmpty(status.Detail)))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}");
        }

        if (!status.IsOk)
        {
            return Verdict.Framed;
        }

        if (_tape.Count != 1)
        {
            Break("not one value", $"{_tape.Count} tokens");
        }

        _output.Clear();
        var written = TextScalar.Write(_tape, 0, shape, ValuePolicy.Default, _output);
        if (!written.IsOk)
        {
            if (_tape[0].Kind == ValueKind.Null)
            {
                return Verdict.Accepted;
            }

            Break("does not write what it read", written.ToString());
        }

        _again.Reset();
        var read = TextScalar.Read(_output.Written, shape, _again);
        if (!read.IsOk)
        {
            Break("does not read what it wrote", $"{read}: {System.Text.Encoding.UTF8.GetString(_output.Written)}");
        }

        if (TapeEquality.Difference(_tape, _again) is { } difference)
        {
            Break("reads back unequal", difference);
        }

        return Verdict.Accepted;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _again.Dispose();
        _output.Dispose();
        base.Dispose();
    }
}
