using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Calling;

/// <summary>What a user wants to be called, before anything is sent: fills an exchange, or says what is missing.</summary>
/// <param name="Json">Arguments: an array, or an object by the parameters' names; empty for none.</param>
/// <param name="Contracts">Those that the user named; empty without.</param>
/// <param name="Types">Java parameter types with commas; null without.</param>
internal sealed record CallPlan(CallTarget Target, byte[] Json, ImmutableArray<ServiceContract> Contracts, string? Types)
{
    public IReadOnlyDictionary<string, string> InstanceMetadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    public bool OneWay { get; init; }

    /// <summary>Null when the exchange is ready; else what is wrong, with its cure.</summary>
    public string? Fill(Exchange exchange)
    {
        var metadata = InstanceMetadata.ToImmutableDictionary();
        exchange.Service = exchange.CalleeService = Target.Service;
        exchange.Method = Target.Method;
        exchange.OneWay = OneWay;
        exchange.Instance = new ServiceInstance
        {
            Service = Target.Service,
            Protocol = Target.Protocol,
            Host = Target.Host,
            Port = Target.Port,
            Metadata = Target.IsSecure ? metadata.SetItem("scheme", "https") : metadata,
        };
        foreach (var (name, value) in Metadata)
        {
            if (!exchange.RequestMetadata.TryAdd(name, value))
            {
                return $"a call carries {Exchanges.Metadata.MaxEntries} pairs of metadata at most";
            }
        }

        return Contracts.IsEmpty ? FillByTypes(exchange) : FillByContract(exchange);
    }

    private string? FillByTypes(Exchange exchange)
    {
        MethodShape? shape = null;
        if (Types is not null)
        {
            shape = CallSignature.Of(Target.Method, Types, out var problem);
            if (shape is null)
            {
                return problem;
            }

            exchange.Signature = shape.Signature;
        }

        var status = JsonArguments.Read(new ReadOnlySequence<byte>(Json), shape, ValuePolicy.Default, exchange.Request);
        if (status.IsOk && shape is not null)
        {
            CallSignature.NameClasses(shape.Parameters, exchange.Request);
        }

        return Told(status);
    }

    private string? FillByContract(Exchange exchange)
    {
        var named = Contracts.Where(c => c.Service.Interface == Target.Service.Interface).ToList();
        var version = Target.Service.Version;
        var contract = named.Find(c => c.Service.Version == version) ?? named.FirstOrDefault();
        if (contract is null)
        {
            var known = Contracts.Select(c => c.Service.Interface).Distinct(StringComparer.Ordinal).ToArray();
            return $"no contract declares {Target.Service.Interface}; {NearMiss.Cure(Target.Service.Interface, known)}";
        }

        var overloads = contract.Overloads(Target.Method);
        if (overloads.IsEmpty)
        {
            var known = contract.Methods.Select(m => m.Name).Distinct(StringComparer.Ordinal).ToArray();
            return $"{contract.Service.Interface} has no method '{Target.Method}'; {NearMiss.Cure(Target.Method, known)}";
        }

        if (Candidates(contract, overloads) is not [var shape])
        {
            var all = string.Join("; ", overloads.Select(o => string.Join(',', o.Signature.TypeNames)));
            return $"{Target.Method} has overloads: choose one with --types: {all}";
        }

        exchange.Contract = contract;
        exchange.Shape = shape;
        exchange.Signature = shape.Signature;

        // The version that a contract declares is the service's unless the user said another.
        exchange.CalleeService = exchange.Service = Completed(Target.Service, contract.Service);

        // Who types a call by hand and misses a name wants to be told, whatever a service forgives its callers.
        var policy = contract.Policy with { RejectUnknown = true };
        if (shape.ClientStreaming)
        {
            var requests = new WrittenRequests(Json, shape, policy);
            exchange.RequestStream = requests;
            return Told(requests.Check());
        }

        return Told(JsonArguments.Read(new ReadOnlySequence<byte>(Json), shape, policy, exchange.Request));
    }

    /// <summary>Overloads that the types, or else the number or names of the arguments, leave.</summary>
    private List<MethodShape> Candidates(ServiceContract contract, ImmutableArray<MethodShape> overloads)
    {
        if (Types is not null)
        {
            var named = CallSignature.Of(Target.Method, Types, out _);
            return named is not null && contract.Find(Target.Method, named.Signature) is { } found ? [found] : [];
        }

        return overloads.Length == 1 ? [overloads[0]] : [.. overloads.Where(Fits)];
    }

    private bool Fits(MethodShape shape)
    {
        using var tape = new ValueTape();
        var status = JsonArguments.Read(new ReadOnlySequence<byte>(Json), null, ValuePolicy.Default, tape);
        if (!status.IsOk || tape.RootCount() != 1 || tape[0].Kind is not (ValueKind.Map or ValueKind.Object))
        {
            return tape.RootCount() == shape.Parameters.Length;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 1; at < tape.Count;)
        {
            var value = tape[0].Kind == ValueKind.Map ? tape.Next(at) : at;
            names.Add(tape[0].Kind == ValueKind.Map ? tape.Text(at) : tape[at].Name?.Text ?? string.Empty);
            at = tape.Next(value);
        }

        return names.SetEquals(shape.Parameters.Select(p => p.Name));
    }

    private static ServiceKey Completed(ServiceKey said, ServiceKey declared) => said with
    {
        Version = said.Version.Length == 0 ? declared.Version : said.Version,
        Group = said.Group.Length == 0 ? declared.Group : said.Group,
        UniqueId = said.UniqueId.Length == 0 ? declared.UniqueId : said.UniqueId,
    };

    private static string? Told(in CodecStatus status) => status.IsOk ? null : $"the arguments: {status}";
}
