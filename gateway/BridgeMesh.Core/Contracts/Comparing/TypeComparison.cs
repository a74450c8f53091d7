using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>
/// What differs in the types of methods. A class is compared once, wherever it stands; then it is told in which direction its values travel, and
/// by which methods. Classes that only an <c>any</c> may hold are not looked at.
/// </summary>
internal sealed class TypeComparison
{
    /// <summary>Methods that a change lists at most.</summary>
    private const int MaxMethods = 100;

    private readonly Dictionary<(object Old, object New), TypePair> _byShapes = [];
    private readonly List<TypePair> _pairs = [];

    /// <summary>A parameter's or result's type; what is below it is compared later.</summary>
    /// <param name="at">What is known of the place.</param>
    public void Root(TypeShape old, TypeShape now, ContractChange at, Action<ContractChange> changed) =>
        At(old, now, at, changed, pair => AddRoot(pair, at.Use, at.OldMethod?.Name, at.OldService), at.OldService, at.NewService);

    public void Exception(StructShape old, StructShape now, string path, ServiceContract oldService, ServiceContract newService)
    {
        var pair = PairOf(Shape(old), Shape(now), old, now, oldService, newService);
        pair.Use |= ValueUse.Replies;
        AddMethod(pair, path);
    }

    /// <summary>What differs in the classes and enums that were met, once each.</summary>
    public IEnumerable<ContractChange> Changes()
    {
        for (var i = 0; i < _pairs.Count; i++)
        {
            new MemberComparison(_pairs[i], Link).Compare();
        }

        Spread();
        var told = new Dictionary<(ChangeKind, string, string?, string?), ContractChange>();
        var order = new List<(ChangeKind, string, string?, string?)>();
        foreach (var pair in _pairs.Where(static p => p.Changes.Count > 0))
        {
            var methods = MethodsOf(pair);
            foreach (var change in pair.Changes)
            {
                // A generic class has the same changes for all its arguments.
                var key = (change.Kind, change.Path, change.Old, change.New);
                if (!told.TryGetValue(key, out var same))
                {
                    order.Add(key);
                    told.Add(key, change with { Use = pair.Use, Methods = [.. methods] });
                }
                else
                {
                    told[key] = same with { Use = same.Use | pair.Use, Methods = [.. same.Methods.Union(methods, StringComparer.Ordinal).Take(MaxMethods)] };
                }
            }
        }

        return order.Select(k => told[k]);
    }

    /// <summary>Compares two declared types at one place; classes and enums in them are given to <paramref name="met"/>.</summary>
    internal void At(
        TypeShape old,
        TypeShape now,
        ContractChange at,
        Action<ContractChange> changed,
        Action<TypePair> met,
        ServiceContract? oldService,
        ServiceContract? newService)
    {
        if (oldService is null || newService is null)
        {
            return;
        }

        if (old is { Kind: ShapeKind.Struct, Struct: { } oldFields } && now is { Kind: ShapeKind.Struct, Struct: { } newFields })
        {
            met(PairOf(old, now, oldFields, newFields, oldService, newService));
            return;
        }

        if (old is { Kind: ShapeKind.Enum, Enum: { } oldConstants } && now is { Kind: ShapeKind.Enum, Enum: { } newConstants })
        {
            met(PairOf(old, now, oldConstants, newConstants, oldService, newService));
            return;
        }

        var isContainer = IsSequence(old.Kind) && IsSequence(now.Kind) || old.Kind == ShapeKind.Map && now.Kind == ShapeKind.Map;
        if (IsChanged(old, now, isContainer))
        {
            changed(at with { Kind = ChangeKind.TypeChanged, Old = TypeText.Of(old), New = TypeText.Of(now), OldType = old, NewType = now });
        }
        else if (!isContainer && ProtoForm.KindOf(old) != ProtoForm.KindOf(now))
        {
            changed(at with
            {
                Kind = ChangeKind.EncodingChanged,
                Old = WordOf(ProtoForm.KindOf(old)),
                New = WordOf(ProtoForm.KindOf(now)),
                OldType = old,
                NewType = now,
            });
        }

        if (!isContainer)
        {
            return;
        }

        if (old.Key is { } oldKey && now.Key is { } newKey)
        {
            At(oldKey, newKey, at with { Path = $"{at.Path}{{key}}", Place = ValuePlace.Key }, changed, met, oldService, newService);
        }

        // An array's elements are part of its own type: what differs there was told of the array, unless they are classes.
        var isTold = old.Kind == ShapeKind.Array && now.Kind == ShapeKind.Array && IsChanged(old, now, true);
        if (!isTold && old.Element is { } oldElement && now.Element is { } newElement)
        {
            var element = at with { Path = $"{at.Path}{(old.Key is null ? "[]" : "{}")}", Place = ValuePlace.Element };
            At(oldElement, newElement, element, changed, met, oldService, newService);
        }
    }

    private static bool IsChanged(TypeShape old, TypeShape now, bool isContainer)
    {
        if (!isContainer || old.Kind != now.Kind)
        {
            return old.Kind != now.Kind || old.Nullable != now.Nullable || (old.JavaType.Text != now.JavaType.Text && !isContainer);
        }

        return old.Kind == ShapeKind.Array
            ? old.Element is { } was && now.Element is { } becomes && !AreClasses(was, becomes)
                && IsChanged(was, becomes, IsSequence(was.Kind) && IsSequence(becomes.Kind))
            : old.JavaType.Text != now.JavaType.Text;
    }

    private static bool AreClasses(TypeShape old, TypeShape now) => old.Kind == now.Kind && old.Kind is ShapeKind.Struct or ShapeKind.Enum;

    private static bool IsSequence(ShapeKind kind) => kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array;

    private static string WordOf(ProtoKind kind) => kind.ToString().ToLowerInvariant();

    private static TypeShape Shape(StructShape exception) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = exception.JavaType,
        JavaDescriptor = JavaDescriptors.ToDescriptor(exception.JavaType.Text),
        Struct = exception,
    };

    private static void AddRoot(TypePair pair, ValueUse use, string? method, ServiceContract? service)
    {
        pair.Use |= use;
        AddMethod(pair, $"{service?.Service.Interface}.{method}");
    }

    private static void AddMethod(TypePair pair, string method)
    {
        if (pair.Methods.Count == 0 || pair.Methods[^1] != method)
        {
            pair.Methods.Add(method);
        }
    }

    private TypePair PairOf(TypeShape old, TypeShape now, object oldShape, object newShape, ServiceContract oldService, ServiceContract newService)
    {
        if (!_byShapes.TryGetValue((oldShape, newShape), out var pair))
        {
            pair = new TypePair(old, now, oldService, newService);
            _byShapes.Add((oldShape, newShape), pair);
            _pairs.Add(pair);
        }

        return pair;
    }

    private void Link(TypePair whole, TypeShape old, TypeShape now, ContractChange at) => At(
        old,
        now,
        at,
        whole.Changes.Add,
        part =>
        {
            whole.Parts.Add(part);
            part.Wholes.Add(whole);
        },
        whole.OldService,
        whole.NewService);

    /// <summary>What travels with a class travels as it does.</summary>
    private void Spread()
    {
        var open = new Queue<TypePair>(_pairs);
        while (open.TryDequeue(out var pair))
        {
            foreach (var part in pair.Parts.Where(p => (p.Use | pair.Use) != p.Use))
            {
                part.Use |= pair.Use;
                open.Enqueue(part);
            }
        }
    }

    private static List<string> MethodsOf(TypePair pair)
    {
        var methods = new List<string>();
        var seen = new HashSet<TypePair> { pair };
        var open = new Queue<TypePair>(seen);
        while (methods.Count < MaxMethods && open.TryDequeue(out var next))
        {
            methods.AddRange(next.Methods);
            foreach (var whole in next.Wholes.Where(seen.Add))
            {
                open.Enqueue(whole);
            }
        }

        return [.. methods.Distinct(StringComparer.Ordinal).Take(MaxMethods)];
    }
}
