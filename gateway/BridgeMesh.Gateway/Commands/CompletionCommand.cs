using System.CommandLine;
using System.Text.Json;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh completion</c>: scripts by which shells ask the program itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Summary = """
        Prints a completion script for a shell.

        Examples:
          source <(bridgemesh completion bash)
          bridgemesh completion zsh > "${fpath[1]}/_bridgemesh"
          bridgemesh completion fish > ~/.config/fish/completions/bridgemesh.fish
          bridgemesh completion pwsh | Out-String | Invoke-Expression
        """;

    // Files are completed by the shell where the program knows nothing.
    private const string Bash = """
        _bridgemesh() {
          local word=${COMP_WORDS[COMP_CWORD]} line
          COMPREPLY=()
          while IFS= read -r line; do
            if [[ $line == "$word"* ]]; then COMPREPLY+=("$line"); fi
          done < <(bridgemesh "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2> /dev/null)
        }
        complete -o default -F _bridgemesh bridgemesh
        """;

    private const string Zsh = """
        #compdef bridgemesh
        _bridgemesh() {
          local -a found
          found=("${(@f)$(bridgemesh "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)}")
          compadd -a found || _files
        }
        compdef _bridgemesh bridgemesh
        """;

    private const string Fish = """
        complete -c bridgemesh -a '(set -l line (commandline -cp); bridgemesh "[suggest:"(string length -- "$line")"]" "$line" 2> /dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName bridgemesh -ScriptBlock {
          param($word, $line, $position)
          bridgemesh "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", Summary) { shell, output };
        command.SetAction(result =>
        {
            var name = result.GetValue(shell) ?? string.Empty;
            var script = name switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell };
            surroundings.Output.WriteLine(
                result.GetValue(output) == OutputForm.Json ? JsonSerializer.Serialize(new { shell = name, script }, JsonForm.Indented) : script);
            return ExitCodes.Ok;
        });
        return command;
    }
}
