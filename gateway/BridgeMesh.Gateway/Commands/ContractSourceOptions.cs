using System.CommandLine;

namespace BridgeMesh.Gateway.Commands;

/// <summary>The options by which every sub-command of <c>contract</c> says what it reads, and in which form it tells.</summary>
internal sealed class ContractSourceOptions(Option<OutputForm> output)
{
    private readonly Option<string[]> _classPath =
        ContractCommand.Many("--class-path", "path", "Jar or class directory, or a pattern, that the sources' classes need. May be repeated.");

    private readonly Option<string[]> _includes =
        ContractCommand.Many("--include", "directory", "Directory that imports of .proto files are looked for in. May be repeated.");

    private readonly Option<string?> _protoc =
        new("--protoc") { Description = "protoc to compile .proto files with; the gateway's own without it.", HelpName = "file" };

    private readonly Option<string[]> _services = ContractCommand.Many(
        "--service", "name", "Service that is wanted, with * for any text; without it all, or of a jar all that look like services. May be repeated.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_classPath, _includes, _protoc, _services, output])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What they come to for these sources.</summary>
    public ContractCommand.Wish Read(ParseResult result, string[]? sources) =>
        new(sources ?? [], result.GetValue(_classPath) ?? [], result.GetValue(_services) ?? [], null, result.GetValue(output))
        {
            Includes = result.GetValue(_includes) ?? [],
            Protoc = result.GetValue(_protoc),
        };
}
