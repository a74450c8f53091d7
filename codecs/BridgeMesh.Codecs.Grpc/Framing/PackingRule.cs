using System.Globalization;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using Microsoft.Extensions.Primitives;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>
/// When messages go out compressed, with gzip, which every implementation knows: a listener's replies by its settings, to callers that accept
/// it; the requests to an instance by the same names in its metadata, as nobody says beforehand what a callee accepts. Immutable.
/// </summary>
/// <param name="MinBytes">
/// Setting <c>compressionMinBytes</c>: shortest message that is compressed, 0 to 1,073,741,824; default 1,024, as below that nothing is gained
/// on a network.
/// </param>
internal sealed record PackingRule(int MinBytes)
{
    private const string Name = "compression";
    private const string MinBytesName = "compressionMinBytes";
    private const int DefaultMinBytes = 1_024;
    private const int MostMinBytes = 1 << 30;

    private static readonly string[] Words = ["none", MessageEncoding.Gzip];

    internal static IReadOnlyList<string> Known { get; } = [Name, MinBytesName];

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new(Name, SettingKind.Text, "What messages to callers that accept it are compressed with.", "none") { Choices = Words },
        new(MinBytesName, SettingKind.Number, "Shortest message that is compressed, in bytes.", "1024") { Min = 0, Max = MostMinBytes },
    ];

    /// <summary>Null where nothing is compressed.</summary>
    internal static PackingRule? Read(SettingReader reader)
    {
        var rule = new PackingRule(reader.Number(MinBytesName, DefaultMinBytes, 0, MostMinBytes));
        return reader.Choice(Name, Words) > 0 ? rule : null;
    }

    /// <summary>
    /// Null where requests to the instance are not compressed. A length that is no number counts as the default: registries hold what they hold.
    /// </summary>
    internal static PackingRule? Of(ServiceInstance instance) => instance.Metadata.GetValueOrDefault(Name) != MessageEncoding.Gzip
        ? null
        : new PackingRule(
            int.TryParse(instance.Metadata.GetValueOrDefault(MinBytesName), NumberStyles.None, CultureInfo.InvariantCulture, out var minBytes)
                ? minBytes
                : DefaultMinBytes);

    /// <summary>
    /// Whether a list of encodings, as a header accepts them, has gzip. Weights are HTTP's, and zero is a refusal: RFC 9110 section 12.4.2.
    /// </summary>
    internal static bool IsAccepted(StringValues accepted)
    {
        foreach (var list in accepted)
        {
            foreach (var range in list.AsSpan().Split(','))
            {
                var item = list.AsSpan(range);
                var semicolon = item.IndexOf(';');
                if ((semicolon < 0 ? item : item[..semicolon]).Trim().Equals(MessageEncoding.Gzip, StringComparison.OrdinalIgnoreCase))
                {
                    return semicolon < 0 || !IsZero(item[(semicolon + 1)..].Trim());
                }
            }
        }

        return false;
    }

    private static bool IsZero(ReadOnlySpan<char> weight) =>
        weight.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(weight[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
        && quality == 0;
}
