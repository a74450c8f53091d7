namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>Marks the property of a record that takes the keys which no other property has.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OtherKeysAttribute : Attribute;
