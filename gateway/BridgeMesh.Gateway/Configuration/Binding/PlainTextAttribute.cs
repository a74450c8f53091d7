namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>Marks the property of a record that a plain text in place of the record is the value of.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PlainTextAttribute : Attribute;
