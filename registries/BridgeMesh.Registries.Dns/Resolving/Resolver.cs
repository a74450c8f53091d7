using System.Collections.Immutable;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns.Resolving;

/// <summary>Answers with the records of a type, through whatever aliases lie before them. Safe for any thread.</summary>
internal sealed class Resolver(Nameservers nameservers)
{
    /// <summary>Aliases on the way to one record.</summary>
    internal const int MaxAliases = 8;

    internal async Task<DnsAnswer> ResolveAsync(DomainName name, RecordType type, CancellationToken cancellationToken)
    {
        var asked = name;
        long? ttl = long.MaxValue;
        for (var aliases = 0; ;)
        {
            var (message, problem) = await nameservers.AskAsync(asked, type, cancellationToken).ConfigureAwait(false);
            if (message is null)
            {
                return DnsAnswer.Unknown(problem);
            }

            var hasAlias = false;
            while (true)
            {
                ImmutableArray<DnsRecord> found = [.. message.Answers.Where(r => r.Type == type && r.Name == asked)];
                if (found.Length > 0)
                {
                    return new DnsAnswer(found, DnsAnswer.Shorter(ttl, found.Min(static r => r.TtlS)), string.Empty);
                }

                if (message.Answers.FirstOrDefault(r => r.Type == RecordType.Cname && r.Name == asked) is not { } alias)
                {
                    break;
                }

                if (++aliases > MaxAliases)
                {
                    return DnsAnswer.Unknown($"{name} has more than {MaxAliases} aliases before it, or they go round");
                }

                (asked, hasAlias, ttl) = (alias.Target, true, DnsAnswer.Shorter(ttl, alias.TtlS));
            }

            // An alias without what it leads to: whoever answered may not be the one to ask for that.
            if (!hasAlias || message.Code == DnsMessage.NoSuchName || message.NegativeTtlS is not null)
            {
                return new DnsAnswer([], message.NegativeTtlS is { } negative ? DnsAnswer.Shorter(ttl, negative) : null, string.Empty);
            }
        }
    }
}
