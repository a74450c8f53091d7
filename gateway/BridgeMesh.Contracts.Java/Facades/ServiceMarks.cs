using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// Versions and groups by interface, from the annotations of those who serve or call it. Source: Dubbo's DubboService and DubboReference,
/// its older Service and Reference; SOFABoot's SofaService and SofaReference.
/// </summary>
internal sealed class ServiceMarks(FacadeNotes notes, Func<string, string> placeOf)
{
    private const string Dubbo = "org.apache.dubbo.config.annotation.";
    private const string OldDubbo = "com.alibaba.dubbo.config.annotation.";
    private const string Sofa = "com.alipay.sofa.runtime.api.annotation.";

    private static readonly string[] Serving = [$"{Dubbo}DubboService", $"{Dubbo}Service", $"{OldDubbo}Service", $"{Sofa}SofaService"];
    private static readonly string[] Calling = [$"{Dubbo}DubboReference", $"{Dubbo}Reference", $"{OldDubbo}Reference", $"{Sofa}SofaReference"];

    private readonly SortedDictionary<string, List<ServiceMark>> _byInterface = new(StringComparer.Ordinal);

    public IEnumerable<string> Interfaces => _byInterface.Keys;

    public IReadOnlyList<ServiceMark> Of(string type) => _byInterface.GetValueOrDefault(type, []);

    public void Look(ClassFile type)
    {
        if (AnnotationSearch.Find(type.Annotations, Serving) is { } serving)
        {
            var served = Named(serving) ?? (type.IsInterface ? type.Name : type.Interfaces is [var first, ..] ? first.Name : null);
            Add(served, serving, type.Name, type.Name);
        }

        foreach (var field in type.Fields)
        {
            if (AnnotationSearch.Find(field.Annotations, Calling) is { } calling)
            {
                Add(Named(calling) ?? (field.Erased as ClassType)?.Name, calling, type.Name, $"{type.Name}.{field.Name}");
            }
        }

        foreach (var method in type.Methods)
        {
            if (AnnotationSearch.Find(method.Annotations, Calling) is { } calling && method.Erased.Parameters is [ClassType taken])
            {
                Add(Named(calling) ?? taken.Name, calling, type.Name, $"{type.Name}.{method.Name}");
            }
        }
    }

    private static string? Named(JavaAnnotation annotation)
    {
        var named = annotation.Text("interfaceClass", "interfaceName", "interfaceType");
        return named is null or "void" or "java.lang.Void" ? null : named;
    }

    private void Add(string? served, JavaAnnotation annotation, string type, string source)
    {
        if (served is null)
        {
            return;
        }

        if (!_byInterface.TryGetValue(served, out var marks))
        {
            _byInterface.Add(served, marks = []);
        }

        string Text(string element)
        {
            var text = annotation.Text(element) ?? string.Empty;
            if (!text.Contains("${", StringComparison.Ordinal))
            {
                return text;
            }

            notes.Add(placeOf(type), $"{source}: the {element} {text} is a placeholder, which only the running application knows: it is left out");
            return string.Empty;
        }

        marks.Add(new ServiceMark(Text("version"), Text("group"), Text("uniqueId"), source));
    }
}
