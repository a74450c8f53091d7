namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// Writes into declarations what their fields, parameters, constants and overloads are in protobuf, so that an import keeps to the one before: what
/// is still there, by its name, keeps its number; what is new gets one above all that were ever used; what is gone is reserved. Each class numbers
/// its inherited fields itself, as it is a message of its own. A number that stands at a field stays there. Stateless.
/// </summary>
internal static class NumberPinning
{
    /// <param name="document">What was just imported.</param>
    /// <param name="kept">What was imported before; null the first time.</param>
    public static ContractDocument Pin(ContractDocument document, ContractDocument? kept)
    {
        var (now, before) = (new TypeIndex([document], []), new TypeIndex(kept is null ? [] : [kept], []));
        var types = before.Types.ToDictionary(static t => t.Name.Text, StringComparer.Ordinal);
        var services = before.Services.ToDictionary(static s => s.Name.Text, StringComparer.Ordinal);

        // Fields first: what protobuf knows of a parent's holds for its subclasses.
        var carried = document with { Types = [.. document.Types.Select(t => Carried(t, types.GetValueOrDefault(t.Name.Text)))] };
        now = new TypeIndex([carried], []);
        return carried with
        {
            Types = [.. carried.Types.Select(t => t.Form == TypeForm.Enum
                ? Enum(t, types.GetValueOrDefault(t.Name.Text))
                : Type(t, now, types.GetValueOrDefault(t.Name.Text), before))],
            Services = [.. document.Services.Select(s => services.TryGetValue(s.Name.Text, out var old)
                ? Named(new MethodPinning(now, before).Pin(s, old))
                : Named(new MethodPinning(now, before).Pin(s)))],
        };
    }

    /// <summary>With what somebody wrote of protobuf at the class and its fields, where the new one says nothing.</summary>
    private static TypeDeclaration Carried(TypeDeclaration type, TypeDeclaration? kept)
    {
        var protos = new Dictionary<string, ProtoDeclaration?>(StringComparer.Ordinal);
        foreach (var field in kept?.Fields ?? [])
        {
            protos.TryAdd(field.Name.Text, field.Proto);
        }

        return type with
        {
            Message = type.Message ?? kept?.Message,
            Fields = [.. type.Fields.Select(f => f with { Proto = f.Proto ?? protos.GetValueOrDefault(f.Name.Text) })],
        };
    }

    private static TypeDeclaration Type(TypeDeclaration type, TypeIndex now, TypeDeclaration? kept, TypeIndex before)
    {
        var fields = FieldsOf(type, now);
        var pinned = kept is null || kept.Form == TypeForm.Enum
            ? PinnedMessage.Of(fields, type.FieldNumbers, type.Reserved)
            : PinnedMessage.Of(FieldsOf(kept, before), kept.FieldNumbers, kept.Reserved).Next(fields, type.FieldNumbers, type.Reserved);
        var inline = type.Fields.Where(static f => f.Proto is { Number: not null }).Select(static f => f.Name.Text).ToHashSet(StringComparer.Ordinal);
        return type with { FieldNumbers = [.. pinned.Numbers.Where(n => !inline.Contains(n.Name.Text))], Reserved = pinned.Reserved };
    }

    private static TypeDeclaration Enum(TypeDeclaration type, TypeDeclaration? kept)
    {
        var old = kept?.Constants.Select((c, i) => new PinnedNumber(c, kept.Numbers is { } given ? given[i] : i)).ToList() ?? [];
        var names = type.Constants.Select(static c => c.Text).ToHashSet(StringComparer.Ordinal);
        var reserved = PinnedMessage.Reserve([.. kept?.Reserved ?? [], .. type.Reserved], old, names);
        if (type.Numbers is not null)
        {
            return type with { Reserved = reserved };
        }

        var known = old.DistinctBy(static n => n.Name.Text).ToDictionary(static n => n.Name.Text, static n => n.Number, StringComparer.Ordinal);
        var next = old.Select(static n => n.Number).Concat(reserved.Where(static r => r.Name is null).Select(static r => r.To)).DefaultIfEmpty(-1).Max();
        next = Math.Min(next, int.MaxValue - type.Constants.Count);
        return type with
        {
            Numbers = [.. type.Constants.Select(c => known.TryGetValue(c.Text, out var number) ? number : ++next)],
            Reserved = reserved,
        };
    }

    /// <summary>The names of overloads, and of methods that are called by another name than Java's.</summary>
    private static ServiceDeclaration Named(ServiceDeclaration service)
    {
        var names = ProtoMethodNames.Of(service.Methods, service.Reserved.Select(static r => r.Text));
        var overloaded = service.Methods.CountBy(static m => m.Name.Text, StringComparer.Ordinal).Where(static c => c.Value > 1)
            .Select(static c => c.Key).ToHashSet(StringComparer.Ordinal);
        return service with
        {
            Methods = [.. service.Methods.Select((m, i) => m with
            {
                ProtoName = overloaded.Contains(m.Name.Text) || names[i] != m.Name.Text ? new Named(names[i], m.Name.At) : null,
            })],
        };
    }

    /// <summary>A class's fields, then those that it inherits; of one name the nearest.</summary>
    private static List<ValueDeclaration> FieldsOf(TypeDeclaration type, TypeIndex index)
    {
        var fields = new List<ValueDeclaration>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var chain = new HashSet<string>(StringComparer.Ordinal);
        for (var at = type; at is not null && chain.Add(at.Name.Text);)
        {
            fields.AddRange(at.Fields.Where(f => names.Add(f.Name.Text)));
            at = at.Extends is { } parent ? index.Find(parent.Name, at.Scope) : null;
        }

        return fields;
    }
}
