using System.Text.RegularExpressions;

namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>What a text must look like.</summary>
/// <param name="pattern">Regular expression over the whole text.</param>
/// <param name="words">The same for people: "a service's whole name".</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextRuleAttribute(string pattern, string words) : Attribute
{
    internal const string NamePattern = "^[A-Za-z0-9_-]{1,64}$";
    internal const string NameWords = "1 to 64 letters, digits, dashes and underscores";

    public string Pattern { get; } = pattern;

    public string Words { get; } = words;

    public bool IsMatch(string text) => Regex.IsMatch(text, Pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
