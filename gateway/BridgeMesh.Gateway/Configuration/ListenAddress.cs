using System.Globalization;
using System.Net;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>An address to listen on.</summary>
internal readonly record struct ListenAddress(IPAddress Address, int Port)
{
    /// <summary>Whether both cannot be bound at once.</summary>
    public bool Collides(ListenAddress other) =>
        Port != 0 && Port == other.Port && (Address.Equals(other.Address) || IsAny(Address) || IsAny(other.Address));

    /// <summary>Reads <c>127.0.0.1:80</c> or <c>[::1]:80</c>.</summary>
    /// <param name="problem">What is wrong and its cure, when the result is false.</param>
    public static bool TryParse(string text, out ListenAddress address, out (string Message, string Cure) problem)
    {
        address = default;
        problem = default;
        var colon = text.LastIndexOf(':');
        var isBracketed = text.StartsWith('[');
        if (colon < 0 || (isBracketed && !text[..colon].EndsWith(']')) || (!isBracketed && text.IndexOf(':') != colon))
        {
            problem = ($"'{text}' is no address and port", "write 127.0.0.1:12200, or [::1]:12200 for IPv6");
            return false;
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
        {
            problem = ($"'{text[(colon + 1)..]}' is no port", "write a number from 0 to 65535");
            return false;
        }

        var host = isBracketed ? text[1..(colon - 1)] : text[..colon];
        if (!IPAddress.TryParse(host, out var ip))
        {
            var all = $"0.0.0.0:{port}";
            problem = host switch
            {
                "" or "*" => ($"'{text}' has no IP address", $"write {all} for all interfaces or 127.0.0.1:{port} for this machine alone"),
                "localhost" => ("'localhost' is no IP address", $"write 127.0.0.1:{port}"),
                _ => ($"'{host}' is no IP address", $"write one of this machine's IP addresses, or {all} for all of them"),
            };
            return false;
        }

        address = new ListenAddress(ip, port);
        return true;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
