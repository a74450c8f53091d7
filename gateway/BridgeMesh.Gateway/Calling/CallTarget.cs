using System.Globalization;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Gateway.Calling;

/// <summary>Whom to call: <c>protocol://host:port/service/method?version=1.0&amp;group=blue&amp;uniqueId=u</c>.</summary>
/// <param name="Scheme">What stands before the colons; http and https are one protocol, and so are grpc and grpcs.</param>
/// <param name="Port">1 to 65,535.</param>
internal sealed record CallTarget(string Scheme, string Host, int Port, ServiceKey Service, string Method)
{
    private const string Form = "write protocol://host:port/service/method, as bolt://127.0.0.1:12200/com.acme.OrderFacade/placeOrder";

    public string Protocol => IsSecure ? Scheme[..^1] : Scheme;

    /// <summary>Over TLS.</summary>
    public bool IsSecure => Scheme is "https" or "grpcs";

    /// <summary>Null when the text is no such address; <paramref name="problem"/> then says why and what to write.</summary>
    public static CallTarget? Parse(string text, IReadOnlyCollection<string> protocols, out string problem)
    {
        problem = string.Empty;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            problem = $"'{text}' is no address; {Form}";
            return null;
        }

        var target = new CallTarget(uri.Scheme, uri.Host.Trim('[', ']'), PortOf(uri), default, string.Empty);
        var steps = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!protocols.Contains(target.Protocol))
        {
            problem = $"unknown protocol '{target.Scheme}'; {NearMiss.Cure(target.Scheme, protocols)}";
            return null;
        }

        if (target.Port <= 0 || steps.Length != 2)
        {
            problem = target.Port <= 0 ? $"'{text}' names no port; {Form}" : $"'{text}' names no service and method; {Form}";
            return null;
        }

        var service = new ServiceKey(Uri.UnescapeDataString(steps[0]));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : string.Empty;
            switch (parts[0])
            {
                case "version":
                    service = service with { Version = value };
                    break;
                case "group":
                    service = service with { Group = value };
                    break;
                case "uniqueId":
                    service = service with { UniqueId = value };
                    break;
                default:
                    problem = $"'{parts[0]}' is no part of a service's name; use version, group or uniqueId";
                    return null;
            }
        }

        return target with { Service = service, Method = Uri.UnescapeDataString(steps[1]) };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}/{Service} {Method}");

    // The ports that the protocols' own documents name.
    private static int PortOf(Uri uri) => uri.Port > 0 ? uri.Port : uri.Scheme switch
    {
        "bolt" => 12_200,
        "dubbo" => 20_880,
        _ => 0,
    };
}
