using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Http.Multipart;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Forms in parts, split and read as arguments of a declared type.
/// <code>
/// boundary 1 | type 1 | body
/// </code>
/// The same parts must come out of the body in segments, and out of a body that is put together from the parts anew.
/// </summary>
internal sealed class MultipartTarget(FuzzCorpus corpus) : FuzzTarget
{
    private static readonly string[] Boundaries = ["b", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "-", "--", "a'()+_,-./:=?", new('x', MultipartForm.MaxBoundaryLength)];

    private static readonly byte[][] Heads = [.. new[]
    {
        "Content-Disposition: form-data; name=\"a\"", "content-disposition:form-data;name=a", "Content-Disposition: form-data; name=\"a\"; filename=\"x.png\"\r\nContent-Type: image/png",
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json", "Content-Disposition: form-data; name=\"a%22b\"; filename*=UTF-8''%e4%b8%ad.txt",
        "Content-Disposition: form-data; name=\"a\"; filename=\"..\\..\\x\"", "Content-Type: text/plain; charset=utf-16", "Content-Disposition: attachment; name=a", ": x", "x", string.Empty,
        "Content-Transfer-Encoding: base64", "Content-Disposition: form-data; name=\"\u4e2d\"", "Content-Disposition: form-data; name=\"a\"; name=\"b\"; filename*=x''%",
    }.Select(Encoding.UTF8.GetBytes)];

    private readonly TypedJsonGrammar _typed = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();

    internal override string Name => "http-multipart";

    internal override int Weight => 40;

    /// <summary>Each part's headers are parsed by the framework into strings.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (2 << 20) + (inputBytes * 2_048L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var boundary = random.NextByte();
        var type = random.NextByte();
        into.Add(boundary);
        into.Add(type);
        var line = Encoding.ASCII.GetBytes($"--{Boundaries[boundary % Boundaries.Length]}");
        into.Add(random.Chance(10) ? "preamble\r\n"u8 : default);
        for (var i = random.Chance(3) ? random.Below(300) : random.Skewed(5); i > 0; i--)
        {
            into.Add(line);
            into.Add(random.Chance(95) ? "\r\n"u8 : " \t\r\n"u8);
            for (var heads = random.Chance(85) ? 1 : random.Below(4); heads > 0; heads--)
            {
                into.Add(random.Chance(70) ? Heads[random.Below(4)] : random.Pick<byte[]>(Heads));
                into.Add("\r\n"u8);
            }

            into.Add("\r\n"u8);
            if (random.Chance(70))
            {
                _typed.Write(into, random, corpus.Shapes[type % corpus.Shapes.Length], random.Chance(70) ? 0 : 300);
            }
            else
            {
                into.Add(random.Chance(50) ? line : "\r\n--"u8);
            }

            into.Add("\r\n"u8);
        }

        into.Add(line);
        into.Add(random.Chance(95) ? "--\r\n"u8 : default);
        if (random.Chance(35))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < 2)
        {
            return Verdict.Refused;
        }

        var boundary = Boundaries[input.Span[0] % Boundaries.Length];
        var type = corpus.Shapes[input.Span[1] % corpus.Shapes.Length];
        var body = input[2..];
        if (MultipartForm.BoundaryOf($"multipart/form-data; boundary=\"{boundary}\"") != boundary)
        {
            Break("another boundary", boundary);
        }

        var problem = MultipartForm.Read(new ReadOnlySequence<byte>(body), boundary, out var form);
        using (form)
        {
            InPieces(body, boundary, problem, form);
            if (problem is not null)
            {
                return problem.Length == 0 ? Broken() : form.Parts.Count > 0 ? Verdict.Framed : Verdict.Refused;
            }

            if (form.Parts.Count > MultipartForm.MaxParts)
            {
                Break("more parts than its bound", $"{form.Parts.Count}");
            }

            Anew(boundary, form);
            return Argument(form, type);
        }
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private static Verdict Broken()
    {
        Break("a fault that says nothing", "multipart");
        return Verdict.Refused;
    }

    private static void Same(MultipartForm form, MultipartForm other, string rule)
    {
        if (form.Parts.Count != other.Parts.Count)
        {
            Break(rule, $"{form.Parts.Count} parts became {other.Parts.Count}");
        }

        for (var i = 0; i < form.Parts.Count; i++)
        {
            var (part, again) = (form.Parts[i], other.Parts[i]);
            if (part.Name != again.Name || part.FileName != again.FileName || part.ContentType != again.ContentType
                || !part.Content.Span.SequenceEqual(again.Content.Span))
            {
                Break(rule, $"part {i}: {part} became {again}");
            }
        }
    }

    private void InPieces(ReadOnlyMemory<byte> body, string boundary, string? problem, MultipartForm form)
    {
        if ((HashOf(body.Span) & 0x30) != 0)
        {
            return;
        }

        var also = MultipartForm.Read(_chain.Cut(body, 5), boundary, out var cut);
        using (cut)
        {
            if (problem != also)
            {
                Break("segments matter", $"whole: {problem}, in pieces: {also}");
            }

            Same(form, cut, "segments matter");
        }
    }

    /// <summary>Contents of a form hold no boundary line, so the form can be put together again with it.</summary>
    private void Anew(string boundary, MultipartForm form)
    {
        _output.Clear();
        foreach (var part in form.Parts)
        {
            // A name that holds what a header's value cannot is written by other rules.
            if ((part.Name + part.FileName + part.ContentType).AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0
                || (part.Name + part.FileName).AsSpan().ContainsAny('"', '\\', '%'))
            {
                return;
            }

            var file = part.FileName is null ? string.Empty : $"; filename=\"{part.FileName}\"";
            var media = part.ContentType is null ? string.Empty : $"\r\nContent-Type: {part.ContentType}";
            _output.Write(Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"{part.Name}\"{file}{media}\r\n\r\n"));
            _output.Write(part.Content.Span);
            _output.Write("\r\n"u8);
        }

        _output.Write(Encoding.ASCII.GetBytes($"--{boundary}--"));
        var problem = MultipartForm.Read(new ReadOnlySequence<byte>(_output.WrittenMemory), boundary, out var again);
        using (again)
        {
            if (problem is not null)
            {
                Break("does not split what was put together", problem);
            }

            Same(form, again, "splits otherwise the second time");
        }
    }

    private Verdict Argument(MultipartForm form, TypeShape type)
    {
        _output.Clear();
        form.WritePairs(_output);
        _tape.Reset();
        var status = PartArguments.Read(form, "a", type, ValuePolicy.Default, _tape);
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (_tape.Depth != 0 || (status.IsOk && (_tape.Failed || _tape.RootCount() != 1)))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open, {_tape.RootCount()} roots");
        }

        return status.IsOk ? Verdict.Accepted : Verdict.Framed;
    }
}
