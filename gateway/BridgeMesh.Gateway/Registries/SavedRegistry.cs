using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>Reads one registry out of a file that <c>registry list --output json</c> wrote.</summary>
internal static class SavedRegistry
{
    /// <summary>200,000 instances with what registries usually say of them.</summary>
    internal const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Problems that are told; one slip can make thousands.</summary>
    private const int MaxProblems = 20;

    /// <param name="path">Absolute.</param>
    /// <param name="name">Registry in the file; null where it has one only.</param>
    public static ImmutableArray<ServiceInstance> Read(string path, string? name, List<string> problems)
    {
        if (Parse(path, problems) is not { } list)
        {
            return [];
        }

        if (list.Registries is not { Count: > 0 } registries)
        {
            problems.Add("it has no registries; write it by: bridgemesh registry list --output json");
            return [];
        }

        var names = string.Join(", ", registries.Select(static r => r?.Name));
        var chosen = registries.Where(r => r is not null && (name is null || r.Name == name)).ToList();
        if (chosen.Count != 1)
        {
            problems.Add(name is null ? $"it has several registries; name one as file#name: {names}" : $"it has no registry '{name}'; it has {names}");
            return [];
        }

        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        var services = chosen[0].Services ?? [];
        for (var s = 0; s < services.Count; s++)
        {
            for (var i = 0; i < (services[s]?.Instances?.Count ?? 0); i++)
            {
                var problem = "it is no instance";
                if (services[s].Instances?[i]?.Read(services[s].Key, out problem) is { } instance)
                {
                    instances.Add(instance);
                }
                else if (problems.Count < MaxProblems)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"services[{s}].instances[{i}]: {problem}"));
                }
            }
        }

        return instances.ToImmutable();
    }

    private static RegistryListRecord? Parse(string path, List<string> problems)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.CanSeek && file.Length > MaxBytes)
            {
                problems.Add($"it is longer than {MaxBytes} bytes");
                return null;
            }

            return JsonSerializer.Deserialize<RegistryListRecord>(file, RegistryListRecord.Form);
        }
        catch (JsonException e)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture, $"it is no list of registries: line {(e.LineNumber ?? 0) + 1}, at {e.Path ?? "$"}; write it by: bridgemesh registry list --output json"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"it cannot be read: {e.Message}");
        }

        return null;
    }
}
