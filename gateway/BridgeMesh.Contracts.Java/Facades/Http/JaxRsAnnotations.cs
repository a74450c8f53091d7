using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>JAX-RS and Jakarta REST. Source: Jakarta RESTful Web Services 3.1, chapter 3, "Resources".</summary>
internal sealed class JaxRsAnnotations : IHttpAnnotations
{
    private static readonly string[] Packages = ["jakarta.ws.rs.", "javax.ws.rs."];
    private static readonly string[] Verbs = Named("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    private static readonly string[] Paths = Named("Path");

    public bool IsOn(ClassFile type) => AnnotationSearch.Find(type.Annotations, Paths) is not null
        || type.Methods.Any(static m => AnnotationSearch.Find(m.Annotations, Verbs) is not null);

    public HttpSketch? Read(ServiceView service, MethodView method)
    {
        if (method.Find(Verbs) is not { } verb)
        {
            return null;
        }

        var above = service.Find(Paths) ?? AnnotationSearch.Find(method.Declaring.Annotations, Paths);
        var sketch = new HttpSketch(verb.Type[(verb.Type.LastIndexOf('.') + 1)..], AnnotatedPath.Join(above.Text("value"), method.Find(Paths).Text("value")));
        for (var i = 0; i < method.Method.Signature.Parameters.Length; i++)
        {
            Parameter(sketch, method, i);
        }

        return sketch;
    }

    private static void Parameter(HttpSketch sketch, MethodView method, int ordinal)
    {
        var annotations = method.OfParameter(ordinal).ToList();
        foreach (var annotation in annotations)
        {
            HttpSource? source = ShortName(annotation.Type) switch
            {
                "PathParam" => HttpSource.Path,
                "QueryParam" => HttpSource.Query,
                "HeaderParam" => HttpSource.Header,
                "CookieParam" => HttpSource.Cookie,
                "FormParam" => HttpSource.Form,
                _ => null,
            };
            if (source is { } known)
            {
                sketch.Parameters.Add(new(ordinal, known, annotation.Text("value") ?? string.Empty) { Doc = Default(annotations) });
                return;
            }

            switch (ShortName(annotation.Type))
            {
                case "core.Context" or "container.Suspended":
                    sketch.Filled.Add(ordinal);
                    return;
                case "MatrixParam" or "BeanParam":
                    sketch.Filled.Add(ordinal);
                    sketch.Notes.Add($"the parameter {method.ParameterNames[ordinal]} is a {ShortName(annotation.Type)}, which contracts have no form for: it is left out");
                    return;
            }
        }

        sketch.Parameters.Add(new(ordinal, HttpSource.Body, string.Empty));
    }

    private static string? Default(List<JavaAnnotation> annotations) =>
        annotations.Find(static a => ShortName(a.Type) == "DefaultValue").Text("value") is { } text ? $"default {text}" : null;

    private static string? ShortName(string type) =>
        Packages.FirstOrDefault(p => type.StartsWith(p, StringComparison.Ordinal)) is { } package ? type[package.Length..] : null;

    private static string[] Named(params string[] names) => [.. Packages.SelectMany(p => names.Select(n => p + n))];
}
