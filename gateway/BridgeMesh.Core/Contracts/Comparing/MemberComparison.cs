using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>What differs in the fields of one class, or the constants of one enum.</summary>
/// <param name="link">Compares the types of a field that both have.</param>
internal sealed class MemberComparison(TypePair pair, Action<TypePair, TypeShape, TypeShape, ContractChange> link)
{
    private readonly ContractChange _about = new(ChangeKind.TypeChanged, pair.Name)
    {
        OldService = pair.OldService,
        NewService = pair.NewService,
        OldStruct = pair.Old.Struct,
        NewStruct = pair.New.Struct,
        OldEnum = pair.Old.Enum,
        NewEnum = pair.New.Enum,
        OldType = pair.Old,
        NewType = pair.New,
        Place = ValuePlace.Field,
    };

    public void Compare()
    {
        if (pair.Old.Enum is { } oldConstants && pair.New.Enum is { } newConstants)
        {
            Names(oldConstants.JavaType.Text, newConstants.JavaType.Text, oldConstants.Proto?.FullName, newConstants.Proto?.FullName);
            Constants(oldConstants, newConstants);
        }
        else if (pair.Old.Struct is { } oldFields && pair.New.Struct is { } newFields)
        {
            Names(oldFields.JavaType.Text, newFields.JavaType.Text, oldFields.Proto?.FullName, newFields.Proto?.FullName);
            Fields(oldFields, newFields);
            Subclasses();
            var (was, becomes) = (StatusOf(oldFields), StatusOf(newFields));
            if (was != becomes)
            {
                pair.Changes.Add(_about with { Kind = ChangeKind.HttpStatusChanged, Old = was, New = becomes });
            }
        }
    }

    private static string? StatusOf(StructShape type) => type.IsException ? type.CodeInHttp?.ToString(CultureInfo.InvariantCulture) : null;

    private void Names(string was, string becomes, string? oldMessage, string? newMessage)
    {
        if (was != becomes)
        {
            pair.Changes.Add(_about with { Kind = ChangeKind.TypeRenamed, Old = was, New = becomes });
        }
        else if ((oldMessage ?? was) != (newMessage ?? becomes))
        {
            pair.Changes.Add(_about with { Kind = ChangeKind.MessageRenamed, Old = oldMessage ?? was, New = newMessage ?? becomes });
        }
    }

    private void Fields(StructShape old, StructShape now)
    {
        var (oldProtos, newProtos) = (ProtoForm.FieldsOf(old), ProtoForm.FieldsOf(now));
        var gone = new List<int>();
        for (var i = 0; i < old.Fields.Length; i++)
        {
            var at = now.Find(old.Fields[i].Name.Text);
            if (at < 0)
            {
                gone.Add(i);
                continue;
            }

            var change = _about with { Path = PathOf(old.Fields[i]), OldOrdinal = i, NewOrdinal = at };
            link(pair, old.Fields[i].Type, now.Fields[at].Type, change);
            Protos(oldProtos[i], newProtos[at], old.Fields[i].Type.Nullable == now.Fields[at].Type.Nullable, change);
        }

        var left = Enumerable.Range(0, now.Fields.Length).Where(i => old.Find(now.Fields[i].Name.Text) < 0).ToList();
        foreach (var i in gone)
        {
            var twin = left.FindAll(j => AreTwins(old.Fields[i], now.Fields[j]) && (newProtos[j].Number == oldProtos[i].Number || j == i));
            pair.Changes.Add(_about with
            {
                Kind = ChangeKind.FieldRemoved,
                Path = PathOf(old.Fields[i]),
                Old = TypeText.Of(old.Fields[i].Type),
                OldType = old.Fields[i].Type,
                NewType = null,
                OldOrdinal = i,
                Counterpart = twin.Count > 0 ? now.Fields[twin[0]].Name.Text : null,
            });
        }

        foreach (var j in left)
        {
            var twin = gone.FindAll(i => AreTwins(old.Fields[i], now.Fields[j]) && (newProtos[j].Number == oldProtos[i].Number || j == i));
            pair.Changes.Add(_about with
            {
                Kind = ChangeKind.FieldAdded,
                Path = PathOf(now.Fields[j]),
                New = TypeText.Of(now.Fields[j].Type),
                OldType = null,
                NewType = now.Fields[j].Type,
                NewOrdinal = j,
                Counterpart = twin.Count > 0 ? old.Fields[twin[0]].Name.Text : null,
            });
        }
    }

    private static bool AreTwins(FieldShape one, FieldShape other) => TypeText.Of(one.Type) == TypeText.Of(other.Type);

    private void Protos(ProtoField old, ProtoField now, bool sameNull, ContractChange change)
    {
        if (old.Number != now.Number)
        {
            pair.Changes.Add(change with { Kind = ChangeKind.FieldNumberChanged, Old = Number(old.Number), New = Number(now.Number) });
        }

        // Where null comes or goes, presence does with it.
        if (old.Presence != now.Presence && (sameNull || old.Presence == ProtoPresence.Required || now.Presence == ProtoPresence.Required))
        {
            pair.Changes.Add(change with
            {
                Kind = ChangeKind.FieldPresenceChanged,
                Old = old.Presence.ToString().ToLowerInvariant(),
                New = now.Presence.ToString().ToLowerInvariant(),
            });
        }

        if (old.Oneof != now.Oneof)
        {
            pair.Changes.Add(change with { Kind = ChangeKind.FieldOneofChanged, Old = old.Oneof, New = now.Oneof });
        }
    }

    private void Subclasses()
    {
        var before = NamesOf(pair.Old);
        var after = NamesOf(pair.New);
        foreach (var (name, type) in before)
        {
            if (!after.TryGetValue(name, out var same))
            {
                pair.Changes.Add(_about with { Kind = ChangeKind.SubclassRemoved, Old = name, OldStruct = type.Struct, OldType = type, NewType = null });
                continue;
            }

            link(pair, type, same, _about with { Path = name });
        }

        foreach (var (name, type) in after.Where(a => !before.ContainsKey(a.Key)))
        {
            pair.Changes.Add(_about with { Kind = ChangeKind.SubclassAdded, New = name, NewStruct = type.Struct, OldType = null, NewType = type });
        }
    }

    private static SortedDictionary<string, TypeShape> NamesOf(TypeShape type)
    {
        var names = new SortedDictionary<string, TypeShape>(StringComparer.Ordinal);
        foreach (var subclass in type.Subtypes?.All ?? [])
        {
            names.TryAdd(subclass.JavaType.Text, subclass);
        }

        return names;
    }

    private void Constants(EnumShape old, EnumShape now)
    {
        for (var i = 0; i < old.Constants.Length; i++)
        {
            var at = now.Constants.IndexOf(old.Constants[i]);
            var change = _about with { Path = $"{pair.Name}.{old.Constants[i]}", OldOrdinal = i, NewOrdinal = at };
            if (at < 0)
            {
                var isTaken = i < now.Constants.Length && !old.Constants.Contains(now.Constants[i]);
                pair.Changes.Add(change with { Kind = ChangeKind.ConstantRemoved, Old = old.Constants[i], Counterpart = isTaken ? now.Constants[i] : null });
            }
            else if (old.NumberOf(i) != now.NumberOf(at))
            {
                pair.Changes.Add(change with { Kind = ChangeKind.ConstantNumberChanged, Old = Number(old.NumberOf(i)), New = Number(now.NumberOf(at)) });
            }
        }

        for (var j = 0; j < now.Constants.Length; j++)
        {
            if (!old.Constants.Contains(now.Constants[j]))
            {
                var isTaken = j < old.Constants.Length && !now.Constants.Contains(old.Constants[j]);
                pair.Changes.Add(_about with
                {
                    Kind = ChangeKind.ConstantAdded,
                    Path = $"{pair.Name}.{now.Constants[j]}",
                    New = now.Constants[j],
                    NewOrdinal = j,
                    Counterpart = isTaken ? old.Constants[j] : null,
                });
            }
        }
    }

    private string PathOf(FieldShape field) => $"{pair.Name}.{field.Name.Text}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
