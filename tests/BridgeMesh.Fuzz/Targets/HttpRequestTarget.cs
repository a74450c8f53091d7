using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What HTTP callers say outside of one JSON value: paths, queries, forms, and bodies of named or positional arguments. Kestrel parses the
/// message itself.
/// <code>
/// how 1 | type or method 1 | text     how: 0 path, 1 query, 2 form, 3 arguments of a method, 4 arguments of named Java types
/// </code>
/// </summary>
internal sealed class HttpRequestTarget(FuzzCorpus corpus) : FuzzTarget
{
    private static readonly byte[][] Pieces = [.. new[]
    {
        "/orders/1", "/sums/1/2", "/greetings", "/items/%E4%B8%AD", "/every/items/a%2Fb", "/..", "/%2e%2e/", "//", "/orders/", "?", "&", "=", "a=1", "a=%20+x", "a=%",
        "a=%zz", "a=%ff", "a=1&a=2", "a=1,2,%2C", "a", "=a", "%61=1", "http://h/orders/1?a=1", "[1,2]", "{\"left\":1,\"right\":2}", "{}", "[", "name=x",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A parameter by its name, and one whose own fields are the names.</summary>
    private static readonly BindingPlan Queried = PlanOf(HttpSource.Query);

    private static readonly BindingPlan Posted = PlanOf(HttpSource.Form);

    private static readonly string[] Descriptors =
    [
        string.Empty, "I", "Ljava/lang/String;", "IJ", "Lcom/acme/Order;", "Ljava/util/List;", "[B", "Ljava/util/Date;Ljava/math/BigDecimal;Z", "Ljava/util/UUID;",
    ];

    private readonly HttpBindingTable _table = new([corpus.Contract]);
    private readonly JsonGrammar _grammar = new();
    private readonly TypedJsonGrammar _typed = new();
    private readonly PathCaptures _captures = new();
    private readonly SegmentChain _chain = new();
    private readonly FrameWriter _output = new();
    private readonly ValueTape _tape = new();

    internal override string Name => "http-request";

    internal override int Weight => 60;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(5);
        var which = random.NextByte();
        into.Add((byte)how);
        into.Add(which);
        if (how == 3 && random.Chance(80))
        {
            Arguments(MethodOf(which), random, into);
        }
        else if (how >= 3 && random.Chance(60))
        {
            _grammar.Write(into, random, random.Skewed(500));
        }
        else
        {
            for (var i = random.Skewed(6); i > 0; i--)
            {
                into.Add(random.Pick<byte[]>(Pieces));
            }
        }

        if (random.Chance(40))
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

        var text = input[2..];
        var which = input.Span[1];
        var type = corpus.Shapes[which % corpus.Shapes.Length];
        var body = _chain.Of(text, HashOf(text.Span));
        _tape.Reset();
        var parameter = input.Span[1] >> 7;
        var status = (input.Span[0] % 5) switch
        {
            0 => Path(Encoding.Latin1.GetString(text.Span)),
            1 => TextArguments.ReadQuery(
                Encoding.Latin1.GetString(text.Span), Queried, Queried.Parameters[parameter], type, ValuePolicy.Default, _tape),
            2 => TextArguments.ReadForm(body, Posted, Posted.Parameters[parameter], type, ValuePolicy.Default, _tape),
            3 => JsonArguments.Read(body, MethodOf(which), ValuePolicy.Default, _tape),
            _ => DeclaredArguments.Read(body, JavaSignature.Of(Descriptors[which % Descriptors.Length]), _tape),
        };
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (_tape.Depth != 0 || (status.IsOk && _tape.Failed))
        {
            Break("status and tape disagree", $"{status}, tape {_tape.Status}, {_tape.Depth} open");
        }

        if (status.IsOk && input.Span[0] % 5 == 3)
        {
            var wanted = MethodOf(which).Parameters.Length;
            if (_tape.RootCount() != wanted)
            {
                Break("not one value a parameter", $"{_tape.RootCount()} for {wanted}");
            }

            _output.Clear();
            var written = JsonArguments.Write(_tape, MethodOf(which), ValuePolicy.Default, _output);
            if (!written.IsOk)
            {
                Break("does not write the arguments it read", written.ToString());
            }
        }

        return status.IsOk ? Verdict.Accepted : Verdict.Framed;
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private static BindingPlan PlanOf(HttpSource source) => BindingPlan.Of(new HttpBinding
    {
        Verb = "POST",
        PathTemplate = "/fuzz",
        Parameters = [new HttpParameter(0, source, "a"), new HttpParameter(1, source, string.Empty)],
    });

    private MethodShape MethodOf(byte which) => corpus.Contract.Methods[which % corpus.Contract.Methods.Length];

    private void Arguments(MethodShape method, FuzzRandom random, InputBytes into)
    {
        into.Add((byte)'{');
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            into.Add(i > 0 ? ",\""u8 : "\""u8);
            into.Add(method.Parameters[i].Field.Utf8);
            into.Add("\":"u8);
            _typed.Write(into, random, method.Parameters[i].Type, random.Chance(50) ? 0 : 300);
        }

        into.Add((byte)'}');
    }

    private CodecStatus Path(string target)
    {
        var path = RequestTarget.PathOf(target);
        var origin = RequestTarget.OriginForm(target);
        if (origin.Length < path.Length)
        {
            Break("a path longer than its target", target);
        }

        UrlText.HasDotSegment(path);
        _table.VerbsOf(path);
        var route = _table.Find("GET", path, _captures);
        for (var i = 0; i < _captures.Count && route is not null; i++)
        {
            TextArguments.ReadOne(_captures.Of(path, i), plusIsSpace: false, "path variable", "x", route.Shape.Parameters[0].Type, ValuePolicy.Default, _tape);
        }

        return route is null ? CodecStatus.Fail(CodecError.Unsupported, "no route") : _tape.Status;
    }
}
