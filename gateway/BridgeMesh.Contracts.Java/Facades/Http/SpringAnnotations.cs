using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>
/// Spring MVC's mappings, on controllers, on interfaces that they implement and on OpenFeign clients; Spring's HTTP interfaces too. Source:
/// Spring Framework reference, "Mapping Requests", "Method Arguments", "HTTP Interface"; Spring Cloud OpenFeign reference.
/// </summary>
internal sealed class SpringAnnotations : IHttpAnnotations
{
    private const string Web = "org.springframework.web.bind.annotation.";
    private const string Exchange = "org.springframework.web.service.annotation.";
    private const string Feign = "org.springframework.cloud.openfeign.";
    private const string OldFeign = "org.springframework.cloud.netflix.feign.FeignClient";

    private static readonly (string Annotation, string Verb)[] Verbs =
    [
        ($"{Web}GetMapping", "GET"), ($"{Web}PostMapping", "POST"), ($"{Web}PutMapping", "PUT"), ($"{Web}DeleteMapping", "DELETE"),
        ($"{Web}PatchMapping", "PATCH"), ($"{Exchange}GetExchange", "GET"), ($"{Exchange}PostExchange", "POST"),
        ($"{Exchange}PutExchange", "PUT"), ($"{Exchange}DeleteExchange", "DELETE"), ($"{Exchange}PatchExchange", "PATCH"),
    ];

    private static readonly string[] Mappings = [.. Verbs.Select(static v => v.Annotation), $"{Web}RequestMapping", $"{Exchange}HttpExchange"];

    private static readonly string[] Marks = [.. Mappings, $"{Feign}FeignClient", OldFeign, $"{Web}RestController"];

    /// <summary>What Spring gives a method from elsewhere than the parameters of the call.</summary>
    private static readonly string[] FilledTypes =
    [
        "javax.servlet.", "jakarta.servlet.", "org.springframework.ui.", "org.springframework.validation.", "java.security.Principal",
        "org.springframework.web.context.request.", "org.springframework.http.server.", "org.springframework.web.server.", "java.io.InputStream",
        "java.io.OutputStream", "java.io.Reader", "java.io.Writer", "org.springframework.web.util.UriComponentsBuilder",
    ];

    public bool IsOn(ClassFile type) =>
        AnnotationSearch.Find(type.Annotations, Marks) is not null
        || type.Methods.Any(static m => AnnotationSearch.Find(m.Annotations, Mappings) is not null);

    public HttpSketch? Read(ServiceView service, MethodView method)
    {
        if (method.Find(Mappings) is not { } mapping)
        {
            return null;
        }

        var feign = service.Find($"{Feign}FeignClient", OldFeign);
        var above = service.Find($"{Web}RequestMapping", $"{Exchange}HttpExchange") ?? AnnotationSearch.Find(method.Declaring.Annotations, $"{Web}RequestMapping");
        var path = AnnotatedPath.Join(feign.Text("path"), above.Text("path", "value", "url"), mapping.Text("path", "value", "url"));
        var verb = Verbs.FirstOrDefault(v => v.Annotation == mapping.Type).Verb ?? mapping.Text("method") ?? string.Empty;
        var sketch = new HttpSketch(verb, path);
        if ((mapping.Find("path") ?? mapping.Find("value"))?.Items.Length > 1)
        {
            sketch.Notes.Add($"of its paths only {path} is taken");
        }

        var isForm = mapping.Text("consumes") is { } consumes && consumes.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal);
        for (var i = 0; i < method.Method.Signature.Parameters.Length; i++)
        {
            Parameter(sketch, method, i, isForm, isClient: feign is not null || mapping.Type.StartsWith(Exchange, StringComparison.Ordinal));
        }

        return sketch;
    }

    private static void Parameter(HttpSketch sketch, MethodView method, int ordinal, bool isForm, bool isClient)
    {
        var type = method.Method.Erased.Parameters[ordinal].ToString()!; // every type has a text
        foreach (var annotation in method.OfParameter(ordinal))
        {
            HttpSource? source = annotation.Type switch
            {
                $"{Web}PathVariable" => HttpSource.Path,
                $"{Web}RequestParam" when type.StartsWith("org.springframework.web.multipart.", StringComparison.Ordinal) => HttpSource.Part,
                $"{Web}RequestParam" => isForm ? HttpSource.Form : HttpSource.Query,
                $"{Web}RequestHeader" => HttpSource.Header,
                $"{Web}CookieValue" => HttpSource.Cookie,
                $"{Web}RequestBody" => HttpSource.Body,
                $"{Web}RequestPart" => HttpSource.Part,
                $"{Web}ModelAttribute" => isForm ? HttpSource.Form : HttpSource.Query,
                $"{Feign}SpringQueryMap" => HttpSource.Query,
                _ => null,
            };
            if (source is { } known)
            {
                sketch.Parameters.Add(new HttpSketchParameter(ordinal, known, annotation.Text("value", "name") ?? string.Empty) { Doc = Doc(annotation) });
                return;
            }

            if (annotation.Type is $"{Web}MatrixVariable" or $"{Web}RequestAttribute" or $"{Web}SessionAttribute")
            {
                sketch.Filled.Add(ordinal);
                sketch.Notes.Add($"the parameter {method.ParameterNames[ordinal]} is a {annotation.Type[Web.Length..]}, which contracts have no form for: it is left out");
                return;
            }
        }

        if (FilledTypes.Any(f => type.StartsWith(f, StringComparison.Ordinal)))
        {
            sketch.Filled.Add(ordinal);
        }
        else
        {
            // A server reads it by name from query or form, a client sends it as the body.
            sketch.Parameters.Add(new(ordinal, isClient ? HttpSource.Body : isForm ? HttpSource.Form : HttpSource.Query, string.Empty));
        }
    }

    // Source: ValueConstants.DEFAULT_NONE, a text nobody writes, stands for no default.
    private static string? Doc(JavaAnnotation annotation) => ValidationText.Join(
        annotation.Text("defaultValue") is { } text && !text.Contains('\uE000', StringComparison.Ordinal) ? $"default {text}" : null,
        annotation.Text("required") == "false" ? "optional" : null);
}
