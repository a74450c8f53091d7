using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>OpenFeign's own annotations. Source: OpenFeign's README, "Interface Annotations".</summary>
internal sealed class FeignAnnotations : IHttpAnnotations
{
    private const string Line = "feign.RequestLine";

    public bool IsOn(ClassFile type) => type.Methods.Any(static m => AnnotationSearch.Find(m.Annotations, Line) is not null);

    public HttpSketch? Read(ServiceView service, MethodView method)
    {
        if (method.Find(Line).Text("value") is not { } line)
        {
            return null;
        }

        // "GET /orders/{id}?state={state}"
        var parts = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var target = parts is [_, var written] ? written : "/";
        var mark = target.IndexOf('?');
        var path = AnnotatedPath.Join(mark < 0 ? target : target[..mark]);
        var query = mark < 0 ? [] : Query(target[(mark + 1)..]);
        var sketch = new HttpSketch(parts is [var verb, ..] ? verb : string.Empty, path);
        var headers = method.Find("feign.Headers")?.Find("value")?.Items.Select(static i => i.Text).ToList() ?? [];
        for (var i = 0; i < method.Method.Signature.Parameters.Length; i++)
        {
            sketch.Parameters.Add(Parameter(method, i, path, query, headers));
        }

        foreach (var constant in query.Where(static q => q.Variable is null))
        {
            sketch.Notes.Add($"the constant {constant.Name} in the query is not sent");
        }

        if (method.Find("feign.Body") is not null)
        {
            sketch.Fault = "its body is a template";
        }

        return sketch;
    }

    private static HttpSketchParameter Parameter(
        MethodView method, int ordinal, string path, List<(string Name, string? Variable)> query, List<string> headers)
    {
        foreach (var annotation in method.OfParameter(ordinal))
        {
            switch (annotation.Type)
            {
                case "feign.QueryMap":
                    return new(ordinal, HttpSource.Query, string.Empty);
                case "feign.Param":
                    return Named(ordinal, annotation.Text("value") ?? method.ParameterNames[ordinal], path, query, headers);
            }
        }

        return new(ordinal, HttpSource.Body, string.Empty);
    }

    private static HttpSketchParameter Named(
        int ordinal, string variable, string path, List<(string Name, string? Variable)> query, List<string> headers)
    {
        if (path.Contains($"{{{variable}}}", StringComparison.Ordinal))
        {
            return new(ordinal, HttpSource.Path, variable);
        }

        var header = headers.Find(h => h.Contains($"{{{variable}}}", StringComparison.Ordinal));
        return header?.Split(':', 2) is [var name, _]
            ? new(ordinal, HttpSource.Header, name.Trim())
            : new(ordinal, HttpSource.Query, query.Find(q => q.Variable == variable).Name ?? variable);
    }

    /// <summary>Pairs of a query; without a variable where the value is written out.</summary>
    private static List<(string Name, string? Variable)> Query(string text) =>
    [
        .. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2) switch
        {
            [var name, ['{', .. var variable, '}']] => (name, (string?)variable),
            [['{', .. var variable, '}']] => (variable, variable),
            [var name, ..] => (name, null),
            _ => (pair, null),
        }),
    ];
}
