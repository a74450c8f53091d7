using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Reads the names that YAML gives services and methods in protobuf. Stateless.</summary>
internal static class ProtoNameReader
{
    /// <summary>Whether protobuf takes the name for a method, a message or a step of a package.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>A service's full name in protobuf; null where none is written.</summary>
    public static string? ServiceName(YamlNode? node, ContractKeys keys)
    {
        if (keys.Text(node, "proto") is not { } name)
        {
            return null;
        }

        if (name.Text.Split('.').All(IsName))
        {
            return name.Text;
        }

        keys.Problems.Add(name.At, $"'{name}' is no service's name in protobuf", "write it with its package, as acme.order.v1.Orders");
        return null;
    }

    /// <summary>A method's name in protobuf; null where none is written.</summary>
    public static Named? MethodName(YamlNode? node, ContractKeys keys)
    {
        if (keys.Text(node, "proto") is not { } name)
        {
            return null;
        }

        if (IsName(name.Text))
        {
            return name;
        }

        keys.Problems.Add(name.At, $"'{name}' is no method's name in protobuf", "write letters, digits and _, as findByCustomer");
        return null;
    }
}
