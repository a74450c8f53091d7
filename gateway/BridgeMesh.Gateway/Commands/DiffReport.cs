using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Judged changes for people, by service and method and then by type; and for scripts.</summary>
internal sealed class DiffReport(TextWriter output, Ink ink)
{
    /// <summary>Methods that a change of a type names at most.</summary>
    private const int MaxMethods = 3;

    public void Write(ImmutableArray<JudgedChange> changes, ImmutableArray<string> protocols)
    {
        var (services, types) = (changes.Where(static c => !IsOfType(c.Change)).ToList(), changes.Where(static c => IsOfType(c.Change)).ToList());
        foreach (var service in services.GroupBy(static c => (c.Change.OldService ?? c.Change.NewService)?.Service.Interface, StringComparer.Ordinal))
        {
            output.WriteLine($"{ink.Strong("service")} {ink.Name(service.Key ?? string.Empty)}");
            foreach (var change in service)
            {
                Write(change, service.Key);
            }

            output.WriteLine();
        }

        if (types.Count > 0)
        {
            output.WriteLine(ink.Strong("types"));
            types.ForEach(t => Write(t, null));
            output.WriteLine();
        }

        output.WriteLine(string.Join("; ", protocols.Select(p => Sum(p, changes))));
    }

    public static void WriteJson(
        ImmutableArray<JudgedChange> changes,
        ImmutableArray<string> protocols,
        IReadOnlyCollection<SourceProblem> problems,
        IReadOnlyCollection<string> notes,
        TextWriter output)
    {
        var document = new
        {
            breaks = protocols.ToDictionary(static p => p, p => changes.Any(c => c.Verdicts.Any(v => v.Protocol == p && v.Verdict.Breaks))),
            changes = changes.Select(static c => new
            {
                kind = Camel(c.Change.Kind.ToString()),
                path = c.Change.Path,
                old = c.Change.Old,
                @new = c.Change.New,
                maybeRenamed = c.Change.Counterpart,
                travels = IsOfType(c.Change) || c.Change.Use != ValueUse.Both ? Travels(c.Change.Use) : null,
                methods = IsOfType(c.Change) ? c.Change.Methods : [],
                verdicts = c.Verdicts.ToDictionary(static v => v.Protocol, static v => new { effect = Words(v.Verdict.Effect), reason = v.Verdict.Reason }),
            }),
            problems,
            notes,
        };
        output.WriteLine(JsonSerializer.Serialize(document, JsonForm.Indented));
    }

    private void Write(JudgedChange judged, string? service)
    {
        var change = judged.Change;
        var path = service is not null && change.Path.StartsWith(service + ".", StringComparison.Ordinal) ? change.Path[(service.Length + 1)..] : change.Path;
        var maybe = change.Counterpart is { } other ? ink.Faint($" (possibly {(IsGone(change.Kind) ? "renamed to" : "renamed from")} {other})") : string.Empty;
        output.WriteLine($"  {ink.Name(path)} {Ink.Plain(Describe(change))}{maybe}");
        if (IsOfType(change))
        {
            var more = change.Methods.Length > MaxMethods ? $" and {change.Methods.Length - MaxMethods} more" : string.Empty;
            output.WriteLine($"    {ink.Faint($"in {string.Join(" and ", Travels(change.Use))} of {string.Join(", ", change.Methods.Take(MaxMethods))}{more}")}");
        }

        foreach (var alike in judged.Verdicts.GroupBy(static v => v.Verdict))
        {
            var names = string.Join(", ", alike.Select(static v => v.Protocol));
            output.WriteLine($"    {names}: {Dressed(alike.Key.Effect)}: {Ink.Plain(alike.Key.Reason)}");
        }
    }

    private string Dressed(ChangeEffect effect)
    {
        var words = string.Join(" and ", Words(effect));
        return effect switch
        {
            ChangeEffect.Compatible => ink.Good(words),
            ChangeEffect.Lossy => ink.Strong(words),
            _ => ink.Bad(words),
        };
    }

    private string Sum(string protocol, ImmutableArray<JudgedChange> changes)
    {
        var breaking = changes.Count(c => c.Verdicts.Any(v => v.Protocol == protocol && v.Verdict.Breaks));
        var lossy = changes.Count(c => c.Verdicts.Any(v => v.Protocol == protocol && v.Verdict.Effect == ChangeEffect.Lossy));
        var text = $"{protocol}: {(breaking == 0 ? "nothing breaks" : $"{breaking} of {changes.Length} changes break")}{(lossy == 0 ? string.Empty : $", {lossy} lossy")}";
        return breaking == 0 ? ink.Good(text) : ink.Bad(text);
    }

    private static bool IsOfType(ContractChange change) =>
        change.OldMethod is null && change.NewMethod is null && (change.OldStruct ?? (object?)change.OldEnum) is not null;

    private static bool IsGone(ChangeKind kind) =>
        kind is ChangeKind.ServiceRemoved or ChangeKind.MethodRemoved or ChangeKind.FieldRemoved or ChangeKind.ConstantRemoved;

    private static string Describe(ContractChange change)
    {
        var words = Words(change.Kind);
        return (change.Old, change.New) switch
        {
            (null, { } now) => $"{words}: {now}",
            ({ } old, null) => $"{words}: {old}",
            ({ } old, { } now) => $"{words}: {old} → {now}",
            _ => words,
        };
    }

    /// <summary>ParameterTypeChanged to "parameter type changed".</summary>
    private static string Words(ChangeKind kind) =>
        string.Concat(kind.ToString().Select(static (c, i) => char.IsUpper(c) ? $"{(i == 0 ? string.Empty : " ")}{char.ToLowerInvariant(c)}" : c.ToString()));

    private static string[] Words(ChangeEffect effect) => effect switch
    {
        ChangeEffect.Compatible => ["compatible"],
        ChangeEffect.Lossy => ["lossy"],
        _ =>
        [
            .. effect.HasFlag(ChangeEffect.BreaksCallers) ? (string[])["breaks callers"] : [],
            .. effect.HasFlag(ChangeEffect.BreaksResults) ? (string[])["breaks results"] : [],
        ],
    };

    private static string[] Travels(ValueUse use) =>
    [
        .. use.HasFlag(ValueUse.Requests) ? (string[])["requests"] : [],
        .. use.HasFlag(ValueUse.Replies) ? (string[])["replies"] : [],
    ];

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
