using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// What Bean Validation's annotations demand, in words: the gateway does not check it, its callers should know. Source: Jakarta Bean
/// Validation 3.0, section 8, "Built-in Constraint definitions".
/// </summary>
internal static class ValidationText
{
    /// <summary>A pattern in a message; longer ones are cut.</summary>
    private const int MaxPattern = 200;

    private static readonly string[] Packages =
        ["javax.validation.constraints.", "jakarta.validation.constraints.", "org.hibernate.validator.constraints."];

    /// <summary>Null where nothing is demanded.</summary>
    public static string? Of(IEnumerable<JavaAnnotation> annotations, bool isDeprecated = false)
    {
        var words = annotations.Select(Words).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (isDeprecated)
        {
            words.Insert(0, "deprecated");
        }

        return words.Count == 0 ? null : string.Join("; ", words);
    }

    private static string? Words(JavaAnnotation annotation)
    {
        if (Packages.FirstOrDefault(p => annotation.Type.StartsWith(p, StringComparison.Ordinal)) is not { } package)
        {
            return null;
        }

        var name = annotation.Type[package.Length..];
        string? Element(string element) => annotation.Find(element)?.Text is { Length: > 0 } text ? text : null;
        var exclusive = Element("inclusive") == "false";
        return name switch
        {
            _ when name.Contains('$', StringComparison.Ordinal) => null, // a list of one kind, @Size.List
            "NotNull" => "not null",
            "Null" => "null",
            "NotBlank" => "not blank",
            "NotEmpty" => "not empty",
            "Size" or "Length" => $"size {Range(Element("min") ?? "0", Element("max"))}",
            "Range" => Range(Element("min") ?? "0", Element("max")),
            "Min" => $"at least {Element("value")}",
            "Max" => $"at most {Element("value")}",
            "DecimalMin" => $"{(exclusive ? "more than" : "at least")} {Element("value")}",
            "DecimalMax" => $"{(exclusive ? "less than" : "at most")} {Element("value")}",
            "Digits" => $"at most {Element("integer")} digits and {Element("fraction")} decimals",
            "Pattern" => $"matches {Cut(Element("regexp") ?? string.Empty)}",
            "Email" => "an e-mail address",
            "URL" => "a URL",
            "Positive" => "more than 0",
            "PositiveOrZero" => "at least 0",
            "Negative" => "less than 0",
            "NegativeOrZero" => "at most 0",
            "Past" => "in the past",
            "PastOrPresent" => "not in the future",
            "Future" => "in the future",
            "FutureOrPresent" => "not in the past",
            "AssertTrue" => "true",
            "AssertFalse" => "false",
            _ => name,
        };
    }

    private static string Range(string min, string? max) =>
        max is null or "2147483647" or "9223372036854775807" ? $"at least {min}" : $"{min} to {max}";

    private static string Cut(string pattern) => pattern.Length <= MaxPattern ? pattern : pattern[..MaxPattern] + "…";

    /// <summary>Several texts as one; null without any.</summary>
    public static string? Join(params IEnumerable<string?> texts)
    {
        var some = texts.OfType<string>().Where(static t => t.Length > 0).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return some.IsEmpty ? null : string.Join("; ", some);
    }
}
