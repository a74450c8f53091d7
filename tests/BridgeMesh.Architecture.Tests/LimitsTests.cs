using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace BridgeMesh.Architecture;

/// <summary>docs/limits.md says of every bound what it is; this holds each number beside the code's.</summary>
public partial class LimitsTests
{
    private const string Document = "docs/limits.md";

    /// <summary>Types whose every bound is a row.</summary>
    private static readonly string[] WholeTypes = ["TapeBudget", "FrameLimits", "LimitsConfig", "CallerLimits"];

    private static readonly Type[] Types =
    [
        .. Repository.Projects.Where(p => p.Folder is "gateway" or "codecs" or "registries")
            .SelectMany(p => Assembly.Load(p.AssemblyName).GetTypes()),
    ];

    private static (string Bound, string Code)[] Rows { get; } =
    [
        .. File.ReadLines(Repository.Absolute(Document))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(static cells => cells.Length > 4 && cells[^2].StartsWith('`'))
            .Select(static cells => (cells[2], cells[^2].Trim('`'))),
    ];

    [Fact]
    public void Document_EveryRow_HasTheNumberOfTheCode()
    {
        Assert.True(Rows.Length > 40, "the tables are read");
        Assert.All(Rows, static row => Assert.Equal((row.Code, ValueOf(row.Code)), (row.Code, Parse(row.Bound))));
    }

    [Fact]
    public void Document_EveryBudget_IsARow()
    {
        var bounds = Types.Where(t => WholeTypes.Contains(t.Name)).SelectMany(static t => t.Name == "CallerLimits"
            ? t.GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(static f => f.IsLiteral).Select(f => $"{t.Name}.{f.Name}")
            : t.GetProperties().Where(static p => p.PropertyType == typeof(int)).Select(p => $"{(t.Name == "FrameLimits" ? "LimitsConfig" : t.Name)}.{p.Name}"));
        Assert.Empty(bounds.Except(Rows.Select(static r => r.Code)));
    }

    private static long ValueOf(string code)
    {
        var (typeName, member) = (code.Split('.')[0], code.Split('.')[1]);

        // Source that two projects compile gives two types of one name.
        var values = Types.Where(t => t.Name.Split('`')[0] == typeName).Select(t => ValueIn(t, member)).Distinct();
        return Assert.Single(values);
    }

    private static long ValueIn(Type type, string member)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        if (type.GetField(member, Any) is { IsLiteral: true } constant)
        {
            return Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
        }

        var property = type.GetProperty(member, Any);
        Assert.True(property is not null, $"{type.Name}.{member} is neither a constant nor a property");
        return Convert.ToInt64(property.GetValue(DefaultOf(type)), CultureInfo.InvariantCulture);
    }

    private static object? DefaultOf(Type type)
    {
        if (type.GetField("Default") is { } shared)
        {
            return shared.GetValue(null);
        }

        if (type.GetConstructor(Type.EmptyTypes) is not null)
        {
            return Activator.CreateInstance(type);
        }

        // Options of a listener are what it makes of no settings at all.
        var settings = new Plugins.ListenerSettings("limits", "127.0.0.1", 0, Wire.FrameLimits.Default, new Dictionary<string, string>());
        return type.GetMethod("Parse", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [settings]); // a row of another kind fails here
    }

    private static long Parse(string bound)
    {
        if (bound == "none")
        {
            return 0;
        }

        var match = Bound().Match(bound);
        Assert.True(match.Success, $"'{bound}' is no number");
        var number = long.Parse(match.Groups["number"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "KiB" => number << 10,
            "MiB" => number << 20,
            _ => number,
        };
    }

    [GeneratedRegex("^(?<number>[0-9,]+)( (?<unit>KiB|MiB|ms))?$")]
    private static partial Regex Bound();
}
