using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Commands;

internal static class VersionCommand
{
    public static int Invoke(OutputForm form, TextWriter output)
    {
        var (version, commit) = Read();
        if (form == OutputForm.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    version,
                    commit,
                    pluginContract = PluginContract.Version,
                    runtime = RuntimeInformation.FrameworkDescription,
                    os = RuntimeInformation.RuntimeIdentifier,
                },
                JsonForm.Indented));
        }
        else
        {
            output.WriteLine($"bridgemesh {version} ({commit})");
            var platform = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";
            output.WriteLine($"plugin contract {PluginContract.Version}, {platform}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>The build writes <c>version+commit</c>; the commit is missing where it was built outside of a repository.</summary>
    public static (string Version, string Commit) Read()
    {
        var text = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        var parts = text.Split('+', 2);
        return (parts[0], parts.Length == 2 ? parts[1][..Math.Min(12, parts[1].Length)] : "unknown commit");
    }
}
