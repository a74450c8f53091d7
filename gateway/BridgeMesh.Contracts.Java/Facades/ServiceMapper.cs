using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Facades.Http;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>Makes a service of an interface or controller: its methods and its parents', generics applied, with versions and HTTP bindings.</summary>
internal sealed class ServiceMapper(ClassPath path, TypeMapper mapper, ValueMapper values, FacadeNotes notes)
{
    private static readonly HashSet<string> NoVariables = [];
    private readonly Dictionary<string, string> _takenPaths = new(StringComparer.Ordinal);

    public ServiceDeclaration Map(ClassFile type, IReadOnlyList<ServiceMark> marks)
    {
        var place = path.PlaceOf(type.Name);
        var at = new YamlMark(place, 0, 0);
        var view = ServiceView.Of(type, path, notes.Missing);
        var mark = marks.Count > 0 ? marks[0] : null;
        foreach (var other in marks.Skip(1).Where(m => m.Key != mark?.Key))
        {
            notes.Add(place, $"{type.Name} is also there with {other}: a contract has one, so that is left out");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var client = view.Find("org.springframework.cloud.openfeign.FeignClient", "org.springframework.cloud.netflix.feign.FeignClient");
        return new ServiceDeclaration(new Named(type.Name, at), NameScope.Of(path.FileOf(type.Name), type.Name))
        {
            Version = mark?.Version ?? string.Empty,
            Group = mark?.Group ?? string.Empty,
            UniqueId = mark?.UniqueId ?? string.Empty,
            Doc = ValidationText.Join(
                type.IsDeprecated ? "deprecated" : null, client.Text("name", "value", "serviceId") is { } name ? $"served by {name}" : null),

            // Overloads together, as YAML has them.
            Methods =
            [
                .. view.Methods.GroupBy(static m => m.Name, StringComparer.Ordinal).SelectMany(static g => g)
                    .Select(m => Method(view, m)).OfType<MethodDeclaration>().Where(m => IsFirst(m, seen, place)),
            ],
        };
    }

    /// <summary>Virtual machines tell methods apart by their results too, RPC protocols and contracts do not.</summary>
    private bool IsFirst(MethodDeclaration method, HashSet<string> seen, string place)
    {
        var signature = $"{method.Name}({string.Join(", ", method.Parameters.Select(static p => p.Java?.Text ?? Erased(p.Type)))})";
        if (seen.Add(signature))
        {
            return true;
        }

        notes.Add(place, $"{signature} is there twice, with another result or other type arguments: the second is left out");
        return false;
    }

    private static string Erased(TypeExpression type) => type.IsArray ? $"{Erased(type.Arguments[0])}[]" : type.Name;

    private MethodDeclaration? Method(ServiceView view, MethodView method)
    {
        var place = path.PlaceOf(method.Declaring.Name);
        var member = $"{view.Type.Name}.{method.Name}";
        var at = new YamlMark(place, 0, 0);
        var sketch = ServiceFinder.HttpAnnotations.Select(a => a.Read(view, method)).FirstOrDefault(static s => s is not null);
        if (!view.Type.IsInterface && sketch is null)
        {
            return null;
        }

        if (!method.Name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '$'))
        {
            notes.Add(place, $"{member}: its name is none that contracts can write; the method is left out");
            return null;
        }

        var scope = new MapScope(place, member, NoVariables);
        if (StreamedMethod.Of(method) is { } streamed)
        {
            return streamed.Declare(method, values, scope, [.. Throws(method, scope)]);
        }

        var parameters = Parameters(method, sketch, scope, out var bound);
        var http = sketch is null ? null : Http(sketch, bound, scope, at);
        var returns = values.Value("returns", method.Substituted(method.Method.Signature.Returns), method.Method.Erased.Returns, scope, null);
        return new MethodDeclaration(new Named(method.Name, at))
        {
            Parameters = parameters,
            Returns = returns.Type.Name == "void" ? null : returns,
            Throws = [.. Throws(method, scope)],
            Idempotent = http?.Find("verb") is YamlScalar { Text: "GET" or "HEAD" },
            Http = http,
            Doc = ValidationText.Join(method.All.Any(static m => m.IsDeprecated) ? "deprecated" : null, Doc(method)),
        };
    }

    private List<ValueDeclaration> Parameters(MethodView method, HttpSketch? sketch, MapScope scope, out List<BoundParameter> bound)
    {
        var names = method.ParameterNames;
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length || !names.All(JavaNames.IsIdentifier))
        {
            names = [.. names.Select(static (_, i) => $"arg{i}")];
        }

        var parameters = new List<ValueDeclaration>();
        bound = [];
        for (var i = 0; i < names.Length; i++)
        {
            if (sketch?.Filled.Contains(i) == true)
            {
                continue;
            }

            var place = sketch?.Parameters.Find(p => p.Ordinal == i);

            // Without the source's names, what stands in the path or query says more than arg0.
            var name = !method.All.Any(static m => m.HasParameterNames) && place is { WireName.Length: > 0 } && IsFree(place.WireName, parameters)
                ? place.WireName
                : names[i];
            var type = method.Substituted(method.Method.Signature.Parameters[i]);
            var doc = ValidationText.Join(place?.Doc, ValidationText.Of(method.OfParameter(i)));
            var value = values.Parameter(name, type, method.Method.Erased.Parameters[i], scope, doc);
            parameters.Add(value);
            var mapped = values.Map(type, scope);
            bound.Add(new BoundParameter(i, name, mapped.IsPlain, IsPlainList(mapped), mapped.Form == MappedForm.Struct || IsMap(mapped)));
        }

        return parameters;
    }

    private static bool IsFree(string name, List<ValueDeclaration> parameters) =>
        JavaNames.IsIdentifier(name) && !parameters.Exists(p => p.Name.Text == name);

    private static bool IsMap(MappedType mapped) =>
        mapped.Form == MappedForm.Container && PlatformTypes.ContainerOf(mapped.Type.Name) == ContainerForm.Map;

    private static bool IsPlainList(MappedType mapped) => mapped.Form switch
    {
        MappedForm.Array => IsPlain(mapped.Type.Arguments[0]),
        MappedForm.Container => !IsMap(mapped) && (mapped.Type.Arguments.Count == 0 || IsPlain(mapped.Type.Arguments[0])),
        _ => false,
    };

    // What is neither a container nor a class with fields; enums are not told from classes here, and a class then fails in the header only.
    private static bool IsPlain(TypeExpression type) =>
        !type.IsArray && type.Arguments.Count == 0 && (BuiltInTypes.Scalar(type.Name) is not null || BuiltInTypes.IsAny(type.Name));

    private YamlMap? Http(HttpSketch sketch, List<BoundParameter> bound, MapScope scope, YamlMark at)
    {
        var http = HttpBlock.Make(sketch, bound, at);
        if (http?.Find("verb") is YamlScalar verb && http.Find("path") is YamlScalar path)
        {
            var key = $"{verb.Text} {PathTemplateRules.Pattern(path.Text)}";
            if (!_takenPaths.TryAdd(key, scope.Member))
            {
                sketch.Fault = $"{verb.Text} {path.Text} is taken by {_takenPaths[key]}";
                http = null;
            }
        }

        if (sketch.Fault is { } fault)
        {
            notes.Add(scope.Place, $"{scope.Member} is not bound to HTTP as annotated: {fault}");
        }

        sketch.Notes.ForEach(n => notes.Add(scope.Place, $"{scope.Member}: {n}"));
        return http;
    }

    private IEnumerable<TypeExpression> Throws(MethodView method, MapScope scope)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var thrown in method.Method.Signature.Throws)
        {
            if (method.Substituted(thrown) is not ClassType type || !names.Add(type.Name))
            {
                continue;
            }

            // Only what can be thrown is met here; whether it can, a missing class does not tell.
            if (mapper.IsThrowable(type.Name) && mapper.Map(ClassType.Of(type.Name), scope) is { Form: MappedForm.Struct } mapped)
            {
                yield return mapped.Type;
            }
            else if (path.Find(type.Name) is null)
            {
                notes.Missing(type.Name, scope.Member);
            }
            else
            {
                notes.Add(scope.Place, $"{scope.Member}: whether {type.Name} is an exception its missing superclass would tell; it is left out");
            }
        }
    }

    private static string? Doc(MethodView method) =>
        ValidationText.Of(method.All.SelectMany(static m => m.Annotations)) is { } demanded ? $"result: {demanded}" : null;
}
