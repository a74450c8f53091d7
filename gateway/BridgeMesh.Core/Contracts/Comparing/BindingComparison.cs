using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>What differs in how HTTP reaches a method.</summary>
internal static class BindingComparison
{
    /// <param name="changed">Takes what it was and what it becomes; nothing where both are the same.</param>
    public static void Compare(MethodShape old, MethodShape now, Action<ChangeKind, string?, string?> changed)
    {
        switch (old.Http, now.Http)
        {
            case (null, { } added):
                changed(ChangeKind.BindingAdded, null, $"{added.Verb} {added.PathTemplate}");
                break;
            case ({ } removed, null):
                changed(ChangeKind.BindingRemoved, $"{removed.Verb} {removed.PathTemplate}", null);
                break;
            case ({ } before, { } after):
                changed(ChangeKind.VerbChanged, before.Verb, after.Verb);
                if (PathTemplateRules.Pattern(before.PathTemplate) != PathTemplateRules.Pattern(after.PathTemplate))
                {
                    changed(ChangeKind.PathChanged, before.PathTemplate, after.PathTemplate);
                }

                Parameters(old, before, now, after, changed);
                break;
        }
    }

    private static void Parameters(MethodShape old, HttpBinding before, MethodShape now, HttpBinding after, Action<ChangeKind, string?, string?> changed)
    {
        foreach (var parameter in before.Parameters)
        {
            var name = old.Parameters[parameter.Ordinal].Name;
            var same = after.Parameters.FirstOrDefault(p => now.Parameters[p.Ordinal].Name == name)
                ?? after.Parameters.FirstOrDefault(p => p.Ordinal == parameter.Ordinal && old.Parameters.All(o => o.Name != now.Parameters[p.Ordinal].Name));
            if (same is not null)
            {
                changed(ChangeKind.BoundParameterChanged, Text(name, parameter), Text(name, same));
            }
        }
    }

    // A path's variable has its place and no name; neither has a body.
    private static string Text(string name, HttpParameter parameter) => parameter.Source switch
    {
        HttpSource.Path => $"{name} in the path",
        HttpSource.Body => $"{name} as the body",
        HttpSource.BodyMember => $"{name} as the body's member {parameter.WireName}",
        _ when parameter.WireName.Length == 0 => $"{name} spread over the {parameter.Source.ToString().ToLowerInvariant()}",
        _ => $"{name} in the {parameter.Source.ToString().ToLowerInvariant()} as {parameter.WireName}",
    };
}
