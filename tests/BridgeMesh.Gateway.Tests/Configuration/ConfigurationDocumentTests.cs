using System.Reflection;
using System.Text.Json;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    [Fact]
    public void Document_EveryKey_IsDescribed()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "configuration.md"));

        Assert.All(Keys(typeof(GatewayConfig)), key => Assert.Contains(key, document, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Keys(Type type)
    {
        foreach (var property in type.GetProperties().Where(p => p.CanWrite && p.GetCustomAttribute<OtherKeysAttribute>() is null))
        {
            yield return JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var inner = property.PropertyType.IsGenericType ? property.PropertyType.GenericTypeArguments[^1] : property.PropertyType;
            foreach (var key in inner.Assembly == type.Assembly && !inner.IsEnum ? Keys(inner) : [])
            {
                yield return key;
            }
        }
    }
}
