using System.Collections.Immutable;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What a request calls.</summary>
/// <param name="Route">The native binding; null on a canonical path.</param>
/// <param name="Contract">Null on a canonical path of a service without one, or with several that the request does not tell apart.</param>
/// <param name="Options">For an OPTIONS request, which calls nothing, the verbs that the path takes; null for others.</param>
/// <param name="IsOpen">The service is certain and the path its own affair: the request passes as it is when the callee speaks HTTP.</param>
/// <param name="Otherwise">The answer to an open request whose callee speaks something else; null where it calls a method all the same.</param>
internal readonly record struct CallTarget(
    HttpRoute? Route,
    ServiceContract? Contract,
    ServiceKey Service,
    string Method,
    string? Options = null,
    bool IsOpen = false,
    Refusal? Otherwise = null);

/// <summary>
/// Finds out what a request calls: first among the native paths of the contracts, then by the canonical path POST /{service}/{method},
/// where version, group and uniqueId come from headers or the query. Without them the only contract of that interface is meant.
/// </summary>
internal static class TargetResolver
{
    private static readonly ImmutableArray<string> PostAlone = ["POST"];

    /// <summary>Returns the refusal, or null with the target set.</summary>
    internal static Refusal? Resolve(
        HttpBindingTable bindings, string verb, string rawTarget, IHeaderDictionary headers, PathCaptures captures, out CallTarget target)
    {
        target = default;
        if (CheckPath(rawTarget, out var path) is { } broken)
        {
            return broken;
        }

        if (FindNative(bindings, verb, path, captures) is { } native)
        {
            target = native;
            return null;
        }

        return ResolveCanonical(bindings, verb, rawTarget, path, headers, out target);
    }

    /// <summary>Why the path is none that anybody is asked for; null with the path as it stands on the wire.</summary>
    internal static Refusal? CheckPath(string rawTarget, out ReadOnlySpan<char> path)
    {
        path = RequestTarget.PathOf(rawTarget);
        if (!path.StartsWith('/'))
        {
            return Refusal.BadPath;
        }

        return (path.IndexOf('.') >= 0 || path.IndexOf('%') >= 0) && UrlText.HasDotSegment(path) ? Refusal.DotSegments : null;
    }

    /// <summary>The method that is bound to the path; null when none is.</summary>
    internal static CallTarget? FindNative(HttpBindingTable bindings, string verb, ReadOnlySpan<char> path, PathCaptures captures)
    {
        if (bindings.Find(verb, path, captures) is { } route)
        {
            return new CallTarget(route, route.Contract, route.Contract.Service, route.Shape.Name);
        }

        return verb == "OPTIONS" && bindings.VerbsOf(path) is [var first, ..] verbs && bindings.Find(first, path, captures) is { } any
            ? new CallTarget(any, any.Contract, any.Contract.Service, any.Shape.Name, VerbsWithImplied(verbs))
            : null;
    }

    /// <summary>Takes a path of the form /{service}/{method} apart; false for any other, and for one that cannot be decoded.</summary>
    internal static bool TrySplit(ReadOnlySpan<char> path, out string service, out string method)
    {
        (service, method) = (string.Empty, string.Empty);
        var slash = path[1..].IndexOf('/') + 1;
        if (!IsCanonical(path, slash) || UrlText.Decode(path[1..slash]) is not { } first || UrlText.Decode(path[(slash + 1)..]) is not { } second)
        {
            return false;
        }

        (service, method) = (first, second);
        return true;
    }

    /// <summary>The service with the parts that the request names.</summary>
    internal static ServiceKey NamedBy(string service, string rawTarget, IHeaderDictionary headers)
    {
        var query = RequestTarget.QueryOf(rawTarget);
        return new ServiceKey(
            service,
            Named(headers, BridgeHeaders.Version, query, "version"),
            Named(headers, BridgeHeaders.Group, query, "group"),
            Named(headers, BridgeHeaders.UniqueId, query, "uniqueId"));
    }

    private static Refusal? ResolveCanonical(
        HttpBindingTable bindings, string verb, string rawTarget, ReadOnlySpan<char> path, IHeaderDictionary headers, out CallTarget target)
    {
        target = default;
        var nativeVerbs = bindings.VerbsOf(path);
        var slash = path[1..].IndexOf('/') + 1;
        if (!IsCanonical(path, slash))
        {
            return nativeVerbs.IsEmpty ? Refusal.UnknownPath : Refusal.WrongVerb(verb, nativeVerbs);
        }

        if (UrlText.Decode(path[1..slash]) is not { } service || UrlText.Decode(path[(slash + 1)..]) is not { } method)
        {
            return Refusal.BadPath;
        }

        var contracts = bindings.OfInterface(service);
        if (!nativeVerbs.IsEmpty && (contracts.IsEmpty || verb != "POST"))
        {
            return Refusal.WrongVerb(verb, contracts.IsEmpty || nativeVerbs.Contains("POST") ? nativeVerbs : nativeVerbs.Add("POST"));
        }

        if (verb != "POST")
        {
            return contracts.IsEmpty ? Refusal.UnknownPath : Refusal.WrongVerb(verb, PostAlone);
        }

        var named = NamedBy(service, rawTarget, headers);
        var contract = Select(contracts, named);
        if (contract is not null && contract.Overloads(method).IsEmpty)
        {
            return Refusal.Of(ExchangeStatus.Unimplemented, ContractAdvice.For(contract, named, method));
        }

        target = new CallTarget(null, contract, contract?.Service ?? named, method);
        return null;
    }

    private static bool IsCanonical(ReadOnlySpan<char> path, int slash) =>
        slash >= 2 && slash < path.Length - 1 && path[(slash + 1)..].IndexOf('/') < 0;

    // As Spring lists them: HEAD goes with GET, OPTIONS with everything.
    private static string VerbsWithImplied(ImmutableArray<string> verbs)
    {
        var all = new SortedSet<string>(verbs, StringComparer.Ordinal) { "OPTIONS" };
        if (all.Contains("GET"))
        {
            all.Add("HEAD");
        }

        return string.Join(", ", all);
    }

    /// <summary>The contract of exactly that name, or the only one where the name is the interface alone.</summary>
    private static ServiceContract? Select(ImmutableArray<ServiceContract> contracts, ServiceKey named)
    {
        foreach (var contract in contracts)
        {
            if (contract.Service == named)
            {
                return contract;
            }
        }

        var namesNone = named.Version.Length == 0 && named.Group.Length == 0 && named.UniqueId.Length == 0;
        return namesNone && contracts.Length == 1 ? contracts[0] : null;
    }

    private static string Named(IHeaderDictionary headers, string header, ReadOnlySpan<char> query, string parameter)
    {
        if (headers.TryGetValue(header, out var values) && values.Count > 0)
        {
            return values[0] ?? string.Empty;
        }

        var pairs = new FieldPairs<char>(query);
        return pairs.MoveTo(parameter) ? UrlText.Decode(pairs.Value) ?? string.Empty : string.Empty;
    }
}
