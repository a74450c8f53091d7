namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>Marks a key of a listener that only framed protocols have.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FramedOnlyAttribute : Attribute;
