using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>Pairs a service's methods with those of the import before, and keeps what they are in protobuf.</summary>
/// <param name="now">Types of the new import.</param>
/// <param name="before">Types of the one before.</param>
internal sealed class MethodPinning(TypeIndex now, TypeIndex before)
{
    public ServiceDeclaration Pin(ServiceDeclaration service) => service with
    {
        Methods = [.. service.Methods.Select(m => Method(m, service, PinnedMessage.Of([], [], []), isNew: true))],
    };

    public ServiceDeclaration Pin(ServiceDeclaration service, ServiceDeclaration kept)
    {
        var names = ProtoMethodNames.Of(kept.Methods, kept.Reserved.Select(static r => r.Text));
        var left = Enumerable.Range(0, kept.Methods.Count).ToList();
        var pairs = service.Methods.Select(m => Take(left, left.FindIndex(i => IsSame(m, service, kept.Methods[i], kept)))).ToArray();

        // A method alone of its name, before and now, is the one whose parameters changed.
        for (var i = 0; i < pairs.Length; i++)
        {
            var name = service.Methods[i].Name.Text;
            if (pairs[i] < 0 && service.Methods.Count(m => m.Name.Text == name) == 1 && kept.Methods.Count(m => m.Name.Text == name) == 1)
            {
                pairs[i] = Take(left, left.FindIndex(k => kept.Methods[k].Name.Text == name));
            }
        }

        return service with
        {
            ProtoName = service.ProtoName ?? kept.ProtoName,
            Methods = [.. service.Methods.Select((m, i) => pairs[i] < 0
                ? Method(m, service, PinnedMessage.Of([], [], []), isNew: true)
                : Method(Called(m, names[pairs[i]]), service, Request(kept.Methods[pairs[i]], kept), isNew: false))],
            Reserved =
            [
                .. kept.Reserved.Concat(service.Reserved).Concat(left.Select(i => new Named(names[i], service.Name.At))).DistinctBy(static n => n.Text),
            ],
        };

        static MethodDeclaration Called(MethodDeclaration method, string name) =>
            method with { ProtoName = method.ProtoName ?? new Named(name, method.Name.At) };
    }

    private static int Take(List<int> left, int at)
    {
        var taken = at < 0 ? -1 : left[at];
        if (at >= 0)
        {
            left.RemoveAt(at);
        }

        return taken;
    }

    private MethodDeclaration Method(MethodDeclaration method, ServiceDeclaration owner, PinnedMessage kept, bool isNew)
    {
        var fields = IsMessage(method, owner, now) ? [] : method.Parameters;
        var pinned = isNew
            ? PinnedMessage.Of(fields, method.Numbers, method.Reserved)
            : kept.Next(fields, method.Numbers, method.Reserved);
        return method with { Numbers = pinned.Numbers, Reserved = pinned.Reserved };
    }

    private PinnedMessage Request(MethodDeclaration method, ServiceDeclaration owner) =>
        PinnedMessage.Of(IsMessage(method, owner, before) ? [] : method.Parameters, method.Numbers, method.Reserved);

    /// <summary>Whether the only parameter is the message itself, whose fields have their own numbers. See <see cref="ProtoMethod"/>.</summary>
    private static bool IsMessage(MethodDeclaration method, ServiceDeclaration owner, TypeIndex types) =>
        method.Parameters is [{ Proto.Kind: >= ProtoKind.Timestamp }]
        || (method.Parameters is [{ Type: { IsArray: false } only }] && types.Find(only.Name, owner.Scope) is { Form: not TypeForm.Enum });

    private bool IsSame(MethodDeclaration left, ServiceDeclaration leftOwner, MethodDeclaration right, ServiceDeclaration rightOwner) =>
        left.Name.Text == right.Name.Text
        && left.Parameters.Count == right.Parameters.Count
        && left.Parameters.Zip(right.Parameters).All(p =>
            TypeKey(p.First.Type, leftOwner.Scope, now) == TypeKey(p.Second.Type, rightOwner.Scope, before) && p.First.Java?.Text == p.Second.Java?.Text);

    /// <summary>A type's text however it is written: full names of declared types, short ones of the others.</summary>
    private static string TypeKey(TypeExpression type, NameScope scope, TypeIndex types)
    {
        if (type.IsArray)
        {
            return type.Arguments[0] is { Name: "byte" } ? "bytes" : $"{TypeKey(type.Arguments[0], scope, types)}[]";
        }

        var name = types.Find(type.Name, scope)?.Name.Text ?? BuiltInTypes.ShortName(type.Name) ?? type.Name;
        return type.Arguments.Count == 0 ? name : $"{name}<{string.Join(',', type.Arguments.Select(a => TypeKey(a, scope, types)))}>";
    }
}
