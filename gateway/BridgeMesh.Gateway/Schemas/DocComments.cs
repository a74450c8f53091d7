using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BridgeMesh.Gateway.Schemas;

/// <summary>
/// Documentation comments of this assembly, from the file that the compiler writes beside it: what they say of the configuration's records
/// is what the schema and the reference say.
/// </summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _summaries;

    private DocComments(Dictionary<string, XElement> summaries)
    {
        _summaries = summaries;
    }

    /// <summary>Null when the file is not beside the program.</summary>
    public static DocComments? Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "bridgemesh.xml");
        return !File.Exists(path) ? null : new DocComments(XDocument.Load(path).Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")?.Value ?? string.Empty, m => m.Element("summary") ?? m, StringComparer.Ordinal));
    }

    public string Of(Type type) => Text($"T:{type.FullName}");

    /// <summary>The property's own summary, else that of its type.</summary>
    public string Of(PropertyInfo property)
    {
        var own = Text($"P:{property.DeclaringType?.FullName}.{property.Name}");
        return own.Length > 0 ? own : Of(property.PropertyType);
    }

    private string Text(string member) =>
        _summaries.TryGetValue(member, out var summary) ? Space().Replace(string.Concat(summary.Nodes().Select(Plain)), " ").Trim() : string.Empty;

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement see when see.Attribute("cref")?.Value is { } name => $"`{JsonNamingPolicy.CamelCase.ConvertName(name[(name.LastIndexOf('.') + 1)..])}`",
        XElement other => other.Value,
        _ => string.Empty,
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
