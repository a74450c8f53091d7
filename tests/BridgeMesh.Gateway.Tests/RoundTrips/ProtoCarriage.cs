using System.Globalization;
using BridgeMesh.Contracts;

namespace BridgeMesh.Gateway.Tests.RoundTrips;

/// <summary>
/// Compares messages of a contract with those that came back from its .proto files, place by place. What .proto cannot carry is the table
/// <see cref="Becomes"/> and the losses that a lint must tell of; anything else is a difference.
/// </summary>
internal sealed class ProtoCarriage
{
    /// <summary>
    /// What .proto has no word for and nothing is lost by: another Java type for the same values. Narrow integers and characters are checked by
    /// the service's side, texts are read by the type that it declares.
    /// </summary>
    private static readonly Dictionary<ShapeKind, ShapeKind> Becomes = new()
    {
        [ShapeKind.Int8] = ShapeKind.Int32,
        [ShapeKind.Int16] = ShapeKind.Int32,
        [ShapeKind.Char] = ShapeKind.String,
        [ShapeKind.BigInteger] = ShapeKind.String,
        [ShapeKind.Set] = ShapeKind.List,
        [ShapeKind.Array] = ShapeKind.List,
    };

    private readonly HashSet<(object, object)> _seen = [];

    /// <summary>Places at which something is there that .proto can carry and did not.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Codes of the losses that the lint tells.</summary>
    public SortedSet<string> Losses { get; } = new(StringComparer.Ordinal);

    public void Compare(TypeShape declared, TypeShape came, string path)
    {
        if (!_seen.Add((declared, came)))
        {
            return;
        }

        switch (declared.Kind)
        {
            case ShapeKind.Struct when declared.Struct is { } left && came.Struct is { } right:
                if (declared.Subtypes?.All.Any(s => s.Struct is { } sub && sub != left && sub.Fields.Any(f => left.Find(f.Name.Text) < 0)) == true)
                {
                    Losses.Add("subclass-refused");
                }

                Compare(left, right, path);
                return;
            case ShapeKind.Enum when declared.Enum is { } left && came.Enum is { } right:
                Compare(left, right, path);
                return;
            case ShapeKind.Any:
                Losses.Add("untyped-value");
                Check(came.Kind == ShapeKind.Any, path, "any", came);
                return;
            case ShapeKind.Map when came is { Kind: ShapeKind.Map, Key: { } cameKey, Element: { } cameElement }:
                Key(declared.Key, cameKey, path);
                Element(declared.Element, cameElement, $"{path}{{}}");
                return;
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array when came is { Kind: ShapeKind.List, Element: { } cameElement }:
                Element(declared.Element, cameElement, $"{path}[]");
                return;
            case ShapeKind.Text:
                // As its text, or as one of the messages for times.
                Check(came.Kind == (ProtoForm.KindOf(declared) switch
                {
                    ProtoKind.Timestamp => ShapeKind.Instant,
                    ProtoKind.Duration or ProtoKind.Date => ShapeKind.Text,
                    _ => ShapeKind.String,
                }), path, declared, came);
                return;
            default:
                Check(came.Kind == Becomes.GetValueOrDefault(declared.Kind, declared.Kind), path, declared, came);
                Check(ProtoForm.KindOf(declared) == ProtoForm.KindOf(came), path, ProtoForm.KindOf(declared), ProtoForm.KindOf(came));
                return;
        }
    }

    public void Compare(StructShape declared, StructShape came, string path)
    {
        var (lefts, rights) = (ProtoForm.FieldsOf(declared), ProtoForm.FieldsOf(came));
        var byName = came.Fields.Select((f, i) => (Field: f, Proto: rights[i])).ToDictionary(static f => f.Field.Name.Text, StringComparer.Ordinal);
        Check(declared.Fields.Length == came.Fields.Length, path, declared.Fields.Length, came.Fields.Length);
        Check(Reserved(declared) == Reserved(came), path, Reserved(declared), Reserved(came));
        Check(declared.Doc == came.Doc || declared.Doc is null, $"{path} doc", declared.Doc, came.Doc);
        for (var i = 0; i < declared.Fields.Length; i++)
        {
            var field = declared.Fields[i];
            var place = $"{path}.{field.Name.Text}";
            if (!byName.TryGetValue(field.Name.Text, out var other))
            {
                Differences.Add($"{place} is gone");
                continue;
            }

            Check(lefts[i].Number == other.Proto.Number, place, lefts[i].Number, other.Proto.Number);
            Check(lefts[i].Oneof == other.Proto.Oneof, place, lefts[i].Oneof, other.Proto.Oneof);
            Check(HasPresence(field.Type, lefts[i]) == HasPresence(other.Field.Type, other.Proto), $"{place} presence", lefts[i], other.Proto);
            Check(field.Doc == other.Field.Doc, $"{place} doc", field.Doc, other.Field.Doc);
            Compare(field.Type, other.Field.Type, place);
        }
    }

    /// <summary>Constants may have the enum's name before theirs, and an enum without a 0 gets one.</summary>
    private void Compare(EnumShape declared, EnumShape came, string path)
    {
        for (var i = 0; i < declared.Constants.Length; i++)
        {
            var ordinal = came.FindNumber(declared.NumberOf(i));
            var name = ordinal < 0 ? "nothing" : came.Constants[ordinal];
            Check(name == declared.Constants[i] || name.EndsWith($"_{declared.Constants[i]}", StringComparison.Ordinal), path, declared.Constants[i], name);
        }

        Check(came.Constants.Length - declared.Constants.Length is 0 or 1, path, declared.Constants.Length, came.Constants.Length);
    }

    private void Key(TypeShape? declared, TypeShape came, string path)
    {
        if (declared is null or { Kind: ShapeKind.Any })
        {
            Losses.Add("untyped-key");
        }
        else if (declared.Kind is ShapeKind.Struct or ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map)
        {
            Losses.Add("map-key");
        }
        else
        {
            Check(ProtoForm.KeyKindOf(declared) == ProtoForm.KindOf(came), $"{path}{{key}}", declared, came);
        }
    }

    /// <summary>A collection in a collection is a message of one field.</summary>
    private void Element(TypeShape? declared, TypeShape came, string path)
    {
        if (declared is null)
        {
            Check(came.Kind == ShapeKind.Any, path, "any", came);
        }
        else if (ProtoForm.KindOf(declared) == ProtoKind.Box && came.Struct is { Fields: [{ Name.Text: "value" } only] })
        {
            Compare(declared, only.Type, path);
        }
        else
        {
            Compare(declared, came, path);
        }
    }

    private static bool HasPresence(TypeShape type, ProtoField proto) => proto.Oneof is not null || proto.Presence != ProtoPresence.Implicit
        ? type.Kind is not (ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map)
        : ProtoForm.KindOf(type) is ProtoKind.Message or (>= ProtoKind.Timestamp and not ProtoKind.Box);

    private static string Reserved(StructShape shape) =>
        string.Join(", ", shape.Proto?.Reserved.Select(static r => r.Name ?? string.Create(CultureInfo.InvariantCulture, $"{r.From}-{r.To}")) ?? []);

    private void Check(bool holds, string path, object? declared, object? came)
    {
        if (!holds)
        {
            Differences.Add($"{path}: {declared ?? "nothing"} became {came ?? "nothing"}");
        }
    }
}
