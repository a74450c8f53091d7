namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>What a server says of its instances, all of them or a delta.</summary>
/// <param name="HashCode">apps__hashcode: how many instances there are of each status, after the delta; null where it does not say.</param>
/// <param name="Instances">In the order of the document.</param>
internal sealed record RegistryDocument(string? HashCode, IReadOnlyList<EurekaInstance> Instances)
{
    /// <summary>Bytes of one document, after decompression; some 200,000 instances.</summary>
    internal const int MaxBytes = 256 << 20;

    internal const int MaxInstances = 500_000;

    /// <summary>Null, and why, when it is no such document. Instances that lack a name or a host are left out.</summary>
    internal static RegistryDocument? Read(ReadOnlyMemory<byte> body, out string problem)
    {
        var parts = new DocumentParts("instance", MaxInstances);
        problem = parts.Read(body);
        if (problem.Length > 0)
        {
            return null;
        }

        if (!parts.HasRoot("applications") && !parts.HasRoot("application") && !parts.HasRoot("instance"))
        {
            problem = "it holds no applications";
            return null;
        }

        var instances = new List<EurekaInstance>(parts.Found.Count);
        foreach (var node in parts.Found)
        {
            if (InstanceReader.Read(node, out _) is { } instance)
            {
                instances.Add(instance);
            }
        }

        return new RegistryDocument(parts.HashCode, instances);
    }
}
