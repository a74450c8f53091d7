using System.Text.RegularExpressions;

namespace BridgeMesh.Gateway.Commands;

/// <summary>A setting as it may be shown: terminals are looked at and logs are kept, so that passwords are not in it.</summary>
internal static partial class ShownSetting
{
    private const string Hidden = "***";

    internal static string Of(string name, string value) =>
        $"{name}={(name.EndsWith("password", StringComparison.OrdinalIgnoreCase) ? Hidden : UserInformation().Replace(value, $"://{Hidden}@"))}";

    /// <summary>Who calls, in an address: http://user:password@host.</summary>
    [GeneratedRegex("://[^/, ]*@")]
    private static partial Regex UserInformation();
}
