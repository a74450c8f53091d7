using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.Dns.Names;

/// <summary>A service as the configuration writes it in one text: name, or name?version=1.0.0&amp;group=g&amp;uniqueId=u.</summary>
internal static class ServiceName
{
    internal static bool TryParse(string text, out ServiceKey service)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        service = new ServiceKey(mark < 0 ? text : text[..mark]);
        foreach (var part in mark < 0 ? [] : text[(mark + 1)..].Split('&'))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var value = part[(at + 1)..];
            switch (at < 0 || value.Length == 0 ? string.Empty : part[..at])
            {
                case "version" when service.Version.Length == 0:
                    service = service with { Version = value };
                    break;
                case "group" when service.Group.Length == 0:
                    service = service with { Group = value };
                    break;
                case "uniqueId" when service.UniqueId.Length == 0:
                    service = service with { UniqueId = value };
                    break;
                default:
                    return false;
            }
        }

        return service.Interface.Length > 0;
    }
}
