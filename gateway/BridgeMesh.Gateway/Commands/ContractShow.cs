using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract show</c>.</summary>
internal static class ContractShow
{
    public static int Invoke(ContractCommand.Wish wish, CommandSurroundings surroundings)
    {
        if (ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        var loaded = ContractFiles.Load(files);
        if (wish.Output == OutputForm.Json)
        {
            var result = new { services = loaded.Contracts.Select(Describe), problems = loaded.Problems, notes = loaded.Notes };
            surroundings.Output.WriteLine(JsonSerializer.Serialize(result, JsonForm.Indented));
        }
        else
        {
            ContractCommand.Tell(loaded.Problems, loaded.Notes, surroundings);
            new ContractText(surroundings.Output, surroundings.Ink).Write(loaded.Contracts);
        }

        return loaded.IsOk ? ExitCodes.Ok : ExitCodes.Configuration;
    }

    /// <summary>The mapping plans of the methods, as calls from one protocol to another run them.</summary>
    public static int InvokePlan(ContractCommand.Wish wish, string from, string to, string method, CommandSurroundings surroundings)
    {
        if (PluginOption.Load(null, surroundings) is not { } catalog || ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        foreach (var protocol in new[] { from, to })
        {
            if (!catalog.MethodLints.ContainsKey(protocol))
            {
                surroundings.Error.WriteLine($"no protocol '{Ink.Plain(protocol)}' tells its forms; there are {string.Join(", ", catalog.MethodLints.Keys.Order(StringComparer.Ordinal))}");
                return ExitCodes.Usage;
            }
        }

        var loaded = ContractFiles.Load(files);
        var plans = new PlanText(catalog, from, to, method);
        var chosen = ContractLint.InOrder(loaded.Contracts);
        if (loaded.IsOk && !chosen.SelectMany(static c => c.Methods).Any(plans.IsAsked))
        {
            var cure = NearMiss.Cure(method, [.. chosen.SelectMany(static c => c.Methods).Select(static m => m.Name).Distinct(StringComparer.Ordinal)]);
            surroundings.Error.WriteLine(Ink.Plain($"no method is called '{method}': {cure}"));
            return ExitCodes.Usage;
        }

        if (wish.Output == OutputForm.Json)
        {
            var result = new { from, to, services = chosen.Select(plans.Describe), problems = loaded.Problems, notes = loaded.Notes };
            surroundings.Output.WriteLine(JsonSerializer.Serialize(result, JsonForm.Indented));
        }
        else
        {
            ContractCommand.Tell(loaded.Problems, loaded.Notes, surroundings);
            plans.Write(surroundings.Output, surroundings.Ink, chosen);
        }

        return loaded.IsOk ? ExitCodes.Ok : ExitCodes.Configuration;
    }

    private static object Describe(ServiceContract contract) => new
    {
        service = contract.Service.Interface,
        version = contract.Service.Version,
        group = contract.Service.Group,
        uniqueId = contract.Service.UniqueId,
        file = contract.File,
        methods = contract.Methods.Select(static m => new
        {
            name = m.Name,
            parameters = m.Parameters.Select(static p => new { name = p.Name, type = ContractText.TypeOf(p.Type) }),
            returns = ContractText.TypeOf(m.Returns),
            throws = m.Exceptions.Select(static e => e.JavaType.Text),
            signature = m.Signature.Descriptor,
            idempotent = m.Idempotent,
            oneWay = m.OneWay,
            streams = ContractText.StreamsOf(m),
            http = m.Http is null ? null : new
            {
                verb = m.Http.Verb,
                path = m.Http.PathTemplate,
                parameters = m.Http.Parameters.Select(
                    p => new { name = m.Parameters[p.Ordinal].Name, source = ContractText.WordOf(p.Source), wireName = p.WireName }),
            },
        }),
    };
}
