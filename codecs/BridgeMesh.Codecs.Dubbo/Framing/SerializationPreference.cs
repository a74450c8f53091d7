using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Dubbo.Framing;

/// <summary>
/// Whether a provider takes Hessian2, by what its registration says. Providers check the id of every request against it. Source:
/// org.apache.dubbo.remoting.utils.UrlUtils.serializationId and allSerializations.
/// </summary>
internal static class SerializationPreference
{
    private const string Offered = "hessian2";

    /// <summary>What Dubbo 3 providers register: names in the order of preference.</summary>
    private const string PreferSetting = "prefer.serialization";

    private const string Setting = "serialization";

    /// <summary>A list may name Hessian2 in any place; without either setting, Hessian2 is what Dubbo takes.</summary>
    internal static string? WhyNotCallable(ServiceInstance instance)
    {
        var preferred = ValueOf(instance, PreferSetting) ?? (instance.Serializations.IsEmpty ? null : string.Join(',', instance.Serializations));
        var only = ValueOf(instance, Setting);
        if ((preferred is null && only is null) || Names(preferred) || Names(only))
        {
            return null;
        }

        return $"its provider takes {Shown(preferred ?? only)} alone, and only {Offered} is offered";
    }

    private static string? ValueOf(ServiceInstance instance, string setting) =>
        instance.Metadata.TryGetValue(setting, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static bool Names(string? list)
    {
        foreach (var range in list.AsSpan().Split(','))
        {
            if (list.AsSpan(range).Trim().Equals(Offered, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A registration is no place for novels.</summary>
    private static string? Shown(string? list)
    {
        const int MaxChars = 80;
        return list?.Length > MaxChars ? string.Concat(list.AsSpan(0, MaxChars), "…") : list;
    }
}
