namespace BridgeMesh.Core.Routing;

/// <summary>A method that a route leads to a callee whose protocol cannot carry it. Its calls are refused.</summary>
/// <param name="Protocol">The callee's.</param>
/// <param name="Why">One line, as callers are told.</param>
public sealed record RefusedMethod(string Service, string Method, string Protocol, string Why);
