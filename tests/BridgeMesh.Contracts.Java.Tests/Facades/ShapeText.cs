using System.Text;

namespace BridgeMesh.Contracts.Java.Tests.Facades;

/// <summary>Everything that a loaded contract says, as text: two that say the same are equal.</summary>
internal static class ShapeText
{
    public static string Of(IEnumerable<ServiceContract> contracts)
    {
        var text = new StringBuilder();
        var structs = new Dictionary<StructShape, int>();
        var open = new Queue<StructShape>();
        foreach (var contract in contracts.OrderBy(static c => c.Service.ToString(), StringComparer.Ordinal))
        {
            text.AppendLine($"{contract.Service} {contract.Policy}");
            foreach (var method in contract.Methods)
            {
                text.AppendLine(
                    $"  {method.Name} {method.Signature.Descriptor} ({string.Join(", ", method.Parameters.Select(p => $"{p.Name}: {Type(p.Type)}"))}): "
                    + $"{Type(method.Returns)} throws {string.Join(", ", method.Exceptions.Select(Struct))} {method.Idempotent} {method.OneWay} "
                    + $"{method.Http?.Verb} {method.Http?.PathTemplate} {string.Join(", ", method.Http?.Parameters.Select(static p => p.ToString()) ?? [])}");
            }

            text.AppendLine($"  knows {string.Join(", ", (contract.Types?.All ?? []).Select(Type).Order(StringComparer.Ordinal))}");
        }

        while (open.TryDequeue(out var next))
        {
            text.AppendLine($"{structs[next]} {next.JavaType.Text} {next.IsException} {next.HttpStatus} extends {(next.Parent is { } parent ? Struct(parent) : "nothing")}");
            foreach (var field in next.Fields)
            {
                text.AppendLine($"  {field.Name.Text}: {Type(field.Type)}");
            }
        }

        return text.ToString();

        string Struct(StructShape shape)
        {
            if (structs.TryAdd(shape, structs.Count))
            {
                open.Enqueue(shape);
            }

            return $"#{structs[shape]}";
        }

        string Type(TypeShape type) =>
            $"{type.Kind} {type.JavaType.Text} {type.JavaDescriptor}{(type.Nullable ? "?" : string.Empty)}"
            + $"{(type.Key is null ? string.Empty : $" key({Type(type.Key)})")}{(type.Element is null ? string.Empty : $" of({Type(type.Element)})")}"
            + $"{(type.Struct is null ? string.Empty : $" {Struct(type.Struct)}")}{(type.Enum is null ? string.Empty : $" {string.Join('|', type.Enum.Constants)}")}"
            + (type is { Kind: ShapeKind.Struct, Subtypes: { } subtypes } ? $" or({string.Join(", ", subtypes.All.Select(static s => s.JavaType.Text).Order(StringComparer.Ordinal))})" : string.Empty);
    }
}
