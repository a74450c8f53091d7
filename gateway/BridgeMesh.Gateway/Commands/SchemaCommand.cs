using System.CommandLine;
using System.Text.Json;
using BridgeMesh.Gateway.Schemas;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh schema</c>: the configuration's JSON Schema, or its reference.</summary>
internal static class SchemaCommand
{
    private const string Summary = """
        Prints the JSON Schema of the configuration, for editors; with --markdown the reference of its keys.

        Examples:
          bridgemesh schema > bridgemesh.schema.json
          # then, as the first line of bridgemesh.yaml:
          # yaml-language-server: $schema=bridgemesh.schema.json
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output)
    {
        var markdown = new Option<bool>("--markdown") { Description = "The keys as a table, for a document." };
        var plugins = PluginOption.Create();
        var command = new Command("schema", Summary) { markdown, plugins, output };
        command.SetAction(result => Invoke(result.GetValue(markdown), result.GetValue(output), result.GetValue(plugins), surroundings));
        return command;
    }

    private static int Invoke(bool markdown, OutputForm form, string? folder, CommandSurroundings surroundings)
    {
        if (PluginOption.Load(folder, surroundings) is not { } catalog)
        {
            return ExitCodes.Usage;
        }

        if (DocComments.Load() is not { } docs)
        {
            surroundings.Error.WriteLine("bridgemesh.xml, which describes the keys, is not beside the program; publish it with the program");
            return ExitCodes.Configuration;
        }

        if (markdown)
        {
            var reference = new ConfigReference(catalog, docs).Build();
            surroundings.Output.Write(form == OutputForm.Json ? JsonSerializer.Serialize(new { markdown = reference }, JsonForm.Indented) : reference);
        }
        else
        {
            surroundings.Output.WriteLine(new ConfigSchema(catalog, docs).Build().ToJsonString(JsonForm.Indented));
        }

        return ExitCodes.Ok;
    }
}
