using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>Finds methods that HTTP callers cannot tell apart: one verb on paths that differ in their variables' names alone.</summary>
internal sealed class BindingCollisions(List<SourceProblem> problems)
{
    private readonly Dictionary<string, string> _taken = new(StringComparer.Ordinal);

    public void Add(ServiceDeclaration service, ResolvedMethod method)
    {
        if (method.Http is not { } http)
        {
            return;
        }

        var path = service.HttpPrefix + http.PathTemplate;
        var name = $"{service.Name}.{method.Name}";
        if (!_taken.TryAdd($"{http.Verb} {PathTemplateRules.Pattern(path)}", name))
        {
            var other = _taken[$"{http.Verb} {PathTemplateRules.Pattern(path)}"];
            var at = ReferenceEquals(method.Owner, service) ? method.Declaration.Http?.At ?? method.Declaration.Name.At : service.Name.At;
            problems.Add(
                at,
                $"{http.Verb} {path} of {name} is taken by {other}",
                "give one of them another path, or its service another http: { prefix: ... }");
        }
    }
}
