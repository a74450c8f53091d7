using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Finds out what a request calls where its service is known: by the native paths of that service's contracts, then by its canonical path. Any
/// other path is the callee's own affair and passes as it is when the callee speaks HTTP.
/// </summary>
internal static class PinnedTarget
{
    /// <summary>Returns the refusal, or null with the target set.</summary>
    internal static Refusal? Resolve(
        BindingsInForce bindings, string verb, string rawTarget, IHeaderDictionary headers, PathCaptures captures, out CallTarget target)
    {
        target = default;
        if (TargetResolver.CheckPath(rawTarget, out var path) is { } broken)
        {
            return broken;
        }

        var (pinned, table) = (bindings.Pinned!, bindings.Table); // A listener's other requests are the TargetResolver's.
        if (TargetResolver.FindNative(table, verb, path, captures) is { Contract: { } contract } native)
        {
            target = native with { Service = pinned.NamedBy(contract) };
            return null;
        }

        target = FindCanonical(pinned, table, verb, rawTarget, path, headers) ?? Open(pinned, Refuse(pinned, table, verb, path));
        return null;
    }

    /// <summary>Null when the path is not the canonical one of this service.</summary>
    private static CallTarget? FindCanonical(
        PinnedService pinned, HttpBindingTable table, string verb, string rawTarget, ReadOnlySpan<char> path, IHeaderDictionary headers)
    {
        if (verb != "POST" || !TargetResolver.TrySplit(path, out var service, out var method) || !GoesBy(pinned, table, service))
        {
            return null;
        }

        var asked = TargetResolver.NamedBy(service, rawTarget, headers);
        if (pinned.NamedBy(asked.Version, asked.Group, asked.UniqueId) is not { } named)
        {
            return Open(pinned, Refusal.Of(ExchangeStatus.Unimplemented, $"this address stands for {pinned} alone"));
        }

        // What the caller adds may tell several contracts of the service apart.
        var narrowed = pinned with { Service = named };
        if (narrowed.Among(table.Contracts) is not [var contract])
        {
            return new CallTarget(null, null, named, method, IsOpen: true);
        }

        return contract.Overloads(method).IsEmpty
            ? Open(pinned, Refusal.Of(ExchangeStatus.Unimplemented, ContractAdvice.For(contract, named, method)))
            : new CallTarget(null, contract, narrowed.NamedBy(contract), method);
    }

    private static bool GoesBy(PinnedService pinned, HttpBindingTable table, string name)
    {
        if (name == pinned.Service.Interface || name == pinned.Contract)
        {
            return true;
        }

        foreach (var contract in table.Contracts)
        {
            if (name == contract.Service.Interface || name == contract.ProtoName)
            {
                return true;
            }
        }

        return false;
    }

    private static CallTarget Open(PinnedService pinned, Refusal otherwise) =>
        new(null, null, pinned.Service, string.Empty, IsOpen: true, Otherwise: otherwise);

    private static Refusal Refuse(PinnedService pinned, HttpBindingTable table, string verb, ReadOnlySpan<char> path) =>
        table.VerbsOf(path) is { IsEmpty: false } verbs
            ? Refusal.WrongVerb(verb, verbs)
            : Refusal.Of(
                ExchangeStatus.Unimplemented,
                $"no contract of {pinned} binds this path; the canonical form is POST /{pinned.Service.Interface}/{{method}}");
}
