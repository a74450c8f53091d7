using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>What differs in the methods of one service.</summary>
internal sealed class MethodComparison(ServiceContract old, ServiceContract now, TypeComparison types, List<ContractChange> changes)
{
    /// <summary>Pairs that are looked at to tell what may only have been renamed.</summary>
    private const int MaxGuesses = 1_000_000;

    public void Compare()
    {
        var byName = now.Methods.GroupBy(static m => m.Name, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.ToList(), StringComparer.Ordinal);
        var gone = new List<MethodShape>();
        foreach (var overloads in old.Methods.GroupBy(static m => m.Name, StringComparer.Ordinal))
        {
            var mine = overloads.ToList();
            foreach (var (before, after) in Pair(mine, byName.GetValueOrDefault(overloads.Key, [])))
            {
                Compare(before, after);
            }

            gone.AddRange(mine);
        }

        var left = now.Methods.Where(m => byName[m.Name].Contains(m)).ToList();
        foreach (var (before, after) in Renamed(gone, left))
        {
            Compare(before, after);
        }

        var guess = (long)gone.Count * left.Count <= MaxGuesses;
        foreach (var method in gone)
        {
            Add(new(ChangeKind.MethodRemoved, PathOf(method, old)) { Old = Text(method), OldMethod = method, Counterpart = guess ? Twin(method, left) : null });
        }

        foreach (var method in left)
        {
            Add(new(ChangeKind.MethodAdded, PathOf(method, now)) { New = Text(method), NewMethod = method, Counterpart = guess ? Twin(method, gone) : null });
        }
    }

    /// <summary>Takes the methods of one name that are the same, or most alike, out of both lists.</summary>
    private static List<(MethodShape Old, MethodShape New)> Pair(List<MethodShape> gone, List<MethodShape> left)
    {
        var pairs = new List<(MethodShape, MethodShape)>();
        Pair(static (a, b) => a.Signature.Descriptor == b.Signature.Descriptor);
        Pair(static (a, b) => ProtoName(a) == ProtoName(b));
        Pair(static (a, b) => a.Parameters.Select(static p => p.Name).SequenceEqual(b.Parameters.Select(static p => p.Name)));
        Pair(static (a, b) => a.Parameters.Length == b.Parameters.Length);
        Pair(static (_, _) => true);
        return pairs;

        void Pair(Func<MethodShape, MethodShape, bool> same)
        {
            for (var i = 0; i < gone.Count;)
            {
                var at = left.FindIndex(m => same(gone[i], m));
                if (at < 0)
                {
                    i++;
                    continue;
                }

                pairs.Add((gone[i], left[at]));
                gone.RemoveAt(i);
                left.RemoveAt(at);
            }
        }
    }

    /// <summary>Takes methods that have another name but the same in protobuf out of both lists.</summary>
    private static List<(MethodShape Old, MethodShape New)> Renamed(List<MethodShape> gone, List<MethodShape> left)
    {
        var pairs = new List<(MethodShape, MethodShape)>();
        var byProtoName = left.GroupBy(ProtoName, StringComparer.Ordinal).Where(static g => g.Count() == 1)
            .ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
        foreach (var before in gone.ToList())
        {
            if (byProtoName.Remove(ProtoName(before), out var after))
            {
                pairs.Add((before, after));
                gone.Remove(before);
                left.Remove(after);
            }
        }

        return pairs;
    }

    private static string ProtoName(MethodShape method) => method.ProtoName ?? method.Name;

    private static string? Twin(MethodShape method, List<MethodShape> others) =>
        others.Where(o => o.Signature.Descriptor == method.Signature.Descriptor && TypeText.Of(o.Returns) == TypeText.Of(method.Returns)).ToList() is [var only]
            ? only.Name
            : null;

    private static string Text(MethodShape method) =>
        $"{method.Name}({string.Join(", ", method.Parameters.Select(static p => $"{p.Name}: {TypeText.Of(p.Type)}"))}): {TypeText.Of(method.Returns)}";

    private string PathOf(MethodShape method, ServiceContract contract)
    {
        var isOverloaded = old.Overloads(method.Name).Length > 1 || now.Overloads(method.Name).Length > 1;
        var types = string.Join(", ", method.Parameters.Select(static p => TypeText.Of(p.Type)));
        return $"{contract.Service.Interface}.{method.Name}{(isOverloaded ? $"({types})" : string.Empty)}";
    }

    private void Add(ContractChange change) => changes.Add(change with { OldService = old, NewService = now });

    private void Compare(MethodShape before, MethodShape after)
    {
        var path = PathOf(before, old);
        void Changed(ChangeKind kind, string? old, string? now)
        {
            if (old != now)
            {
                Add(new(kind, path) { Old = old, New = now, OldMethod = before, NewMethod = after });
            }
        }

        Changed(ChangeKind.MethodRenamed, before.Name, after.Name);
        Changed(ChangeKind.MethodProtoNameChanged, ProtoName(before), ProtoName(after));
        Parameters(before, after, path);
        types.Root(
            before.Returns,
            after.Returns,
            new(ChangeKind.TypeChanged, path)
            {
                Use = ValueUse.Replies,
                Place = ValuePlace.Result,
                OldMethod = before,
                NewMethod = after,
                OldService = old,
                NewService = now,
            },
            changes.Add);
        Exceptions(before, after, path);
        Changed(ChangeKind.IdempotentChanged, Word(before.Idempotent), Word(after.Idempotent));
        Changed(ChangeKind.OneWayChanged, Word(before.OneWay), Word(after.OneWay));
        Changed(ChangeKind.StreamsChanged, Streams(before), Streams(after));
        var (was, becomes) = (before.Proto, after.Proto);
        if (was.RequestForm != becomes.RequestForm)
        {
            Changed(ChangeKind.RequestMessageChanged, Message(was.Request, was.RequestForm), Message(becomes.Request, becomes.RequestForm));
        }

        if (was.ResponseForm != becomes.ResponseForm)
        {
            Changed(ChangeKind.ResponseMessageChanged, Message(was.Response, was.ResponseForm), Message(becomes.Response, becomes.ResponseForm));
        }

        BindingComparison.Compare(before, after, Changed);
    }

    private void Parameters(MethodShape before, MethodShape after, string path)
    {
        var pairs = PairParameters(before, after);
        for (var i = 0; i < before.Parameters.Length; i++)
        {
            var was = before.Parameters[i];
            var at = pairs[i];
            var change = new ContractChange(ChangeKind.ParameterRemoved, $"{path}({was.Name})")
            {
                Use = ValueUse.Requests,
                Place = ValuePlace.Parameter,
                OldMethod = before,
                NewMethod = after,
                OldService = old,
                NewService = now,
                OldOrdinal = i,
                NewOrdinal = at,
            };
            if (at < 0)
            {
                changes.Add(change with { Old = TypeText.Of(was.Type), OldType = was.Type });
                continue;
            }

            var becomes = after.Parameters[at];
            if (was.Name != becomes.Name)
            {
                changes.Add(change with { Kind = ChangeKind.ParameterRenamed, Old = was.Name, New = becomes.Name });
            }

            if (i != at)
            {
                changes.Add(change with { Kind = ChangeKind.ParameterMoved, Old = Place(i), New = Place(at) });
            }

            types.Root(was.Type, becomes.Type, change, changes.Add);
        }

        for (var i = 0; i < after.Parameters.Length; i++)
        {
            if (!pairs.Contains(i))
            {
                Add(new(ChangeKind.ParameterAdded, $"{path}({after.Parameters[i].Name})")
                {
                    New = TypeText.Of(after.Parameters[i].Type),
                    Use = ValueUse.Requests,
                    Place = ValuePlace.Parameter,
                    OldMethod = before,
                    NewMethod = after,
                    NewType = after.Parameters[i].Type,
                    NewOrdinal = i,
                });
            }
        }
    }

    /// <summary>For each old parameter the place of the new one: that of its name, else the one at its place with its type. -1 for none.</summary>
    private static int[] PairParameters(MethodShape before, MethodShape after)
    {
        var pairs = new int[before.Parameters.Length];
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < after.Parameters.Length; i++)
        {
            byName.TryAdd(after.Parameters[i].Name, i);
        }

        var taken = new HashSet<int>();
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = byName.GetValueOrDefault(before.Parameters[i].Name, -1);
            taken.Add(pairs[i]);
        }

        for (var i = 0; i < pairs.Length; i++)
        {
            var isSame = pairs[i] < 0 && i < after.Parameters.Length && !taken.Contains(i)
                && (before.Parameters[i].Type.JavaDescriptor == after.Parameters[i].Type.JavaDescriptor || before.Parameters.Length == after.Parameters.Length);
            pairs[i] = isSame ? i : pairs[i];
        }

        return pairs;
    }

    private void Exceptions(MethodShape before, MethodShape after, string path)
    {
        var about = new ContractChange(ChangeKind.ExceptionAdded, path) { Use = ValueUse.Replies, OldMethod = before, NewMethod = after };
        var mine = before.Exceptions.DistinctBy(static e => e.JavaType.Text).ToDictionary(static e => e.JavaType.Text, StringComparer.Ordinal);
        foreach (var exception in after.Exceptions.DistinctBy(static e => e.JavaType.Text))
        {
            if (mine.Remove(exception.JavaType.Text, out var same))
            {
                types.Exception(same, exception, path, old, now);
            }
            else
            {
                Add(about with { Kind = ChangeKind.ExceptionAdded, New = exception.JavaType.Text, NewStruct = exception });
            }
        }

        foreach (var exception in mine.Values)
        {
            Add(about with { Kind = ChangeKind.ExceptionRemoved, Old = exception.JavaType.Text, OldStruct = exception });
        }
    }

    private static string Place(int ordinal) => $"place {ordinal + 1}";

    private static string Word(bool flag) => flag ? "true" : "false";

    private static string Streams(MethodShape method) => (method.ClientStreaming, method.ServerStreaming) switch
    {
        (true, true) => "both",
        (true, false) => "requests",
        (false, true) => "replies",
        _ => "none",
    };

    private static string Message(TypeShape message, ProtoBody form) => form switch
    {
        ProtoBody.Empty => "nothing",
        ProtoBody.Whole => $"the message {TypeText.Of(message)}",
        _ => $"a message of {string.Join(", ", message.Struct?.Fields.Select(static f => f.Name.Text) ?? [])}",
    };
}
