using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>Contracts from a gRPC server's reflection, v1 or, where it has only that, v1alpha. Stateless; safe for any thread.</summary>
internal sealed class ReflectionSource(IChannelFactory channels) : IContractSource
{
    /// <summary>Bytes of descriptors that are taken from a server: as of a descriptor set.</summary>
    private const int MaxBytes = 64 << 20;

    /// <summary>Services that are asked for, and files.</summary>
    private const int MaxAnswers = 10_000;

    public string Kind => "reflection";

    public string? Check(string address) => TryParse(address, out _) ? null : "is no host and port";

    public async Task<ContractFetch> FetchAsync(ContractSourceSettings settings, CancellationToken cancellationToken)
    {
        if (!TryParse(settings.Address, out var server))
        {
            return ContractFetch.Failed("the address is no host and port");
        }

        var instance = new ServiceInstance
        {
            Service = default,
            Protocol = channels.Protocol,
            Host = server.Host.Trim('[', ']'),
            Port = server.Port,
            Metadata = ImmutableDictionary<string, string>.Empty.Add("scheme", server.Scheme),
        };
        var channel = channels.Create(instance, new ChannelSettings(FrameLimits.Default, settings.TimeoutMs, settings.Time));
        await using var _ = channel.ConfigureAwait(false);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(settings.TimeoutMs), settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            ContractFetch? fetched = null;
            foreach (var contract in ReflectionService.Contracts)
            {
                var dialogue = new ReflectionDialogue(channel, instance, contract, settings);
                await using var __ = dialogue.ConfigureAwait(false);
                fetched = await FetchAsync(dialogue, settings, either.Token).ConfigureAwait(false);
                if (!dialogue.IsUnknown)
                {
                    break;
                }
            }

            return fetched ?? ContractFetch.Failed("there is no reflection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ContractFetch.Failed($"no whole answer came within {settings.TimeoutMs} ms");
        }
    }

    private static async Task<ContractFetch> FetchAsync(ReflectionDialogue server, ContractSourceSettings settings, CancellationToken end)
    {
        var services = settings.Services;
        if (services.Count == 0)
        {
            if (await server.ServicesAsync(end).ConfigureAwait(false) is not { } listed)
            {
                return ContractFetch.Failed(server.Problem);
            }

            var health = HealthService.Contract.Service.Interface;
            services = [.. listed.Where(s => !s.StartsWith("grpc.reflection.", StringComparison.Ordinal) && s != health)];
        }

        if (services.Count > MaxAnswers)
        {
            return ContractFetch.Failed($"the server has {services.Count} services, more than {MaxAnswers}: name those that are wanted");
        }

        var files = new Dictionary<string, DescribedFile>(StringComparer.Ordinal);
        var wanted = new Queue<(string Name, bool IsFile)>(services.Select(static s => (s, false)));
        var asked = new HashSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        while (wanted.TryDequeue(out var next))
        {
            if (next.IsFile && (files.ContainsKey(next.Name) || !asked.Add(next.Name)))
            {
                continue;
            }

            var found = await server.FilesAsync(next.Name, next.IsFile, end).ConfigureAwait(false);
            if (found is { Count: 0 } && !next.IsFile && settings.Services.Count == 0)
            {
                // A gateway lists what passes through it without a contract, too; only who asks for a service by name needs it.
                continue;
            }

            if (found is null || (found.Count == 0 && !next.IsFile))
            {
                // An import that is not there is told with what needs it.
                return ContractFetch.Failed(found is null ? server.Problem : $"the server does not describe {next.Name}: {server.Problem}");
            }

            foreach (var file in found.Select(static f => DescriptorContracts.ReadFile(f)))
            {
                if (file is null)
                {
                    return ContractFetch.Failed("the server's reflection sends what is no FileDescriptorProto");
                }

                bytes += file.Descriptor.Length;
                if (bytes > MaxBytes || files.Count >= MaxAnswers)
                {
                    return ContractFetch.Failed($"the server's descriptors have more than {MaxBytes} bytes or {MaxAnswers} files");
                }

                files[file.Name] = file;
                foreach (var import in file.Imports.Where(static i => !DescriptorContracts.IsWellKnown(i)))
                {
                    wanted.Enqueue((import, true));
                }
            }
        }

        return Load(files.Values, services);
    }

    private static ContractFetch Load(IEnumerable<DescribedFile> files, IReadOnlyList<string> services)
    {
        var loaded = DescriptorContracts.LoadFiles("reflection", files.OrderBy(static f => f.Name, StringComparer.Ordinal).Select(static f => f.Descriptor));
        if (!loaded.Problems.IsEmpty)
        {
            var first = loaded.Problems[0];
            return ContractFetch.Failed($"{first.File}: {first.Message}");
        }

        // A file may declare services that were not asked for.
        var names = services.ToHashSet(StringComparer.Ordinal);
        return new ContractFetch([.. loaded.Contracts.Where(c => names.Contains(c.Service.Interface))], null);
    }

    /// <summary>host:port, or an http or https URL of it.</summary>
    private static bool TryParse(string address, out Uri server)
    {
        var url = address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";
        return Uri.TryCreate(url, UriKind.Absolute, out server!) // Set where it says so.
            && server is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", UserInfo: "", Host.Length: > 0, Port: > 0 };
    }
}
