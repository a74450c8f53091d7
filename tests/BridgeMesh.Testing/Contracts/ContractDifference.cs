using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Testing.Contracts;

/// <summary>
/// Deep comparison of contracts by every public property of every shape in them, found by reflection, so that a property that is added
/// tomorrow is compared. What protobuf says twice is compared by its meaning: no message name is the class's own, no field number the one
/// that <see cref="ProtoForm"/> gives, no encoding the canonical one.
/// </summary>
/// <param name="leavesOut">Properties that are not compared, as <c>ServiceContract.ProtoFiles</c>; say beside each why.</param>
public sealed class ContractDifference(params IReadOnlyCollection<string> leavesOut)
{
    /// <summary>A contract of a large facade has some ten thousand; more tells nobody more.</summary>
    private const int MaxDifferences = 200;

    private readonly HashSet<(object, object)> _seen = new(PairComparer.Instance);
    private readonly List<string> _differences = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Every difference with its path; empty for equal contracts.</summary>
    public IReadOnlyList<string> Between(IEnumerable<ServiceContract> left, IEnumerable<ServiceContract> right)
    {
        var (lefts, rights) = (ByName(left), ByName(right));
        foreach (var name in lefts.Keys.Union(rights.Keys).Order(StringComparer.Ordinal))
        {
            Compare(lefts.GetValueOrDefault(name), rights.GetValueOrDefault(name), name);
        }

        return _differences;
    }

    public IReadOnlyList<string> Between(TypeShape left, TypeShape right)
    {
        Compare(left, right, left.ToString());
        return _differences;
    }

    /// <summary>Of what is left out, that which nothing met: a list that has grown longer than its reasons.</summary>
    public IEnumerable<string> Unused => leavesOut.Except(_used);

    private static Dictionary<string, ServiceContract> ByName(IEnumerable<ServiceContract> contracts) =>
        contracts.ToDictionary(static c => c.Service.ToString(), StringComparer.Ordinal);

    private void Compare(object? left, object? right, string path)
    {
        if (ReferenceEquals(left, right) || _differences.Count >= MaxDifferences)
        {
            return;
        }

        if (left is null || right is null || left.GetType() != right.GetType())
        {
            Differ(path, left, right);
            return;
        }

        switch (left)
        {
            case string or ValueType and not IEnumerable when IsPlain(left.GetType()):
                Differ(path, left, right, left.Equals(right));
                return;
            case TypeName or FieldName:
                Differ(path, left, right, left.ToString() == right.ToString());
                return;
            case JavaSignature signature:
                Differ(path, signature.Descriptor, ((JavaSignature)right).Descriptor, signature.Descriptor == ((JavaSignature)right).Descriptor);
                return;
            case SubtypeCatalog catalog:
                Compare(catalog, (SubtypeCatalog)right, path);
                return;
            case IEnumerable items:
                Compare([.. items.Cast<object?>()], [.. ((IEnumerable)right).Cast<object?>()], path);
                return;
        }

        if (!left.GetType().IsValueType && !_seen.Add((left, right)))
        {
            return;
        }

        var properties = left.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var property in properties.Where(static p => p.GetIndexParameters().Length == 0))
        {
            var name = $"{property.DeclaringType?.Name}.{property.Name}";
            if (leavesOut.Contains(name))
            {
                _used.Add(name);
            }
            else
            {
                Compare(Meaning(left, property), Meaning(right, property), $"{path}.{property.Name}");
            }
        }
    }

    private void Compare(List<object?> left, List<object?> right, string path)
    {
        Differ($"{path}.Count", left.Count, right.Count, left.Count == right.Count);
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            Compare(left[i], right[i], $"{path}[{NameOf(left[i]) ?? i.ToString(System.Globalization.CultureInfo.InvariantCulture)}]");
        }
    }

    private void Compare(SubtypeCatalog left, SubtypeCatalog right, string path)
    {
        var rights = right.All.ToDictionary(static t => t.JavaType.Text, StringComparer.Ordinal);
        foreach (var type in left.All.OrderBy(static t => t.JavaType.Text, StringComparer.Ordinal))
        {
            rights.Remove(type.JavaType.Text, out var other);
            Compare(type, other, $"{path}[{type.JavaType.Text}]");
        }

        rights.Keys.Order(StringComparer.Ordinal).ToList().ForEach(name => Differ($"{path}[{name}]", null, name));
    }

    private void Differ(string path, object? left, object? right, bool isSame = false)
    {
        if (!isSame)
        {
            _differences.Add($"{path}: {left ?? "null"} <> {right ?? "null"}");
        }
    }

    private static bool IsPlain(Type type) => type == typeof(string) || type.IsPrimitive || type.IsEnum || Nullable.GetUnderlyingType(type) is not null;

    private static string? NameOf(object? item) => item switch
    {
        FieldShape field => field.Name.Text,
        ParameterShape parameter => parameter.Name,
        MethodShape method => $"{method.Name}{method.Signature.Descriptor}",
        StructShape type => type.JavaType.Text,
        _ => null,
    };

    /// <summary>The property, or what it means where it says nothing.</summary>
    private static object? Meaning(object owner, PropertyInfo property) => (owner, property.Name) switch
    {
        // A list or map with an encoding of its own is one message; what holds no others has the same encoding said or not.
        (TypeShape { Element: null } type, nameof(TypeShape.Proto)) => ProtoForm.KindOf(type),
        (StructShape type, nameof(StructShape.Proto)) => type.Proto ?? new ProtoMessage(type.JavaType.Text.Replace('$', '.')),
        (StructShape type, nameof(StructShape.Fields)) => FieldsOf(type),
        (EnumShape type, nameof(EnumShape.Proto)) =>
            type.Proto ?? new ProtoEnum(type.JavaType.Text, [.. Enumerable.Range(0, type.Constants.Length)], IsClosed: false),
        _ => property.GetValue(owner),
    };

    private static ImmutableArray<FieldShape> FieldsOf(StructShape type)
    {
        var protos = ProtoForm.FieldsOf(type);
        return [.. type.Fields.Select((f, i) => f with { Proto = WithPresence(f.Type, protos[i]) })];
    }

    /// <summary>Of messages and collections nobody asks what presence they say: a message is there or not, a collection empty or not.</summary>
    private static ProtoField WithPresence(TypeShape type, ProtoField proto)
    {
        var isMessage = ProtoForm.KindOf(type) is ProtoKind.Message or ProtoKind.Group or >= ProtoKind.Timestamp;
        return isMessage && proto.Presence != ProtoPresence.Required ? proto with { Presence = ProtoPresence.Explicit } : proto;
    }

    private sealed class PairComparer : IEqualityComparer<(object Left, object Right)>
    {
        public static readonly PairComparer Instance = new();

        public bool Equals((object Left, object Right) x, (object Left, object Right) y) =>
            ReferenceEquals(x.Left, y.Left) && ReferenceEquals(x.Right, y.Right);

        public int GetHashCode((object Left, object Right) pair) => HashCode.Combine(
            RuntimeHelpers.GetHashCode(pair.Left), RuntimeHelpers.GetHashCode(pair.Right));
    }
}
