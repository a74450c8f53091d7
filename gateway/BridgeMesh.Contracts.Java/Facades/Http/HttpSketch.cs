using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades.Http;

/// <summary>How annotations bind a method to HTTP.</summary>
/// <param name="Verb">Empty where the annotations leave it open.</param>
/// <param name="Path">Absolute, as annotated: variables may have patterns.</param>
internal sealed record HttpSketch(string Verb, string Path)
{
    public List<HttpSketchParameter> Parameters { get; } = [];

    /// <summary>Parameters that the framework fills and no caller sends.</summary>
    public HashSet<int> Filled { get; } = [];

    /// <summary>What is lost; one line each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Why the method cannot be bound; null where it can.</summary>
    public string? Fault { get; set; }
}

/// <param name="WireName">Empty for the parameter's own name.</param>
internal sealed record HttpSketchParameter(int Ordinal, HttpSource Source, string WireName)
{
    /// <summary>What people should know: that it may be left out, its default.</summary>
    public string? Doc { get; init; }
}

/// <summary>A family of annotations that bind methods to HTTP. Stateless.</summary>
internal interface IHttpAnnotations
{
    /// <summary>Whether the type or a method of it has such annotations.</summary>
    bool IsOn(ClassFile type);

    /// <summary>Null where the method has no such annotation.</summary>
    HttpSketch? Read(ServiceView service, MethodView method);
}
