using System.Text.Json.Nodes;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Gateway.Schemas;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;

namespace BridgeMesh.Gateway.Tests.Schemas;

/// <summary>
/// What is made from the configuration's records is committed as it is made; deploy/write-schema.sh writes it. That an independent
/// validator accepts every sample and refuses every bad one is tested by tests/oracles/schema.js.
/// </summary>
public sealed class ConfigSchemaTests
{
    private static readonly PluginCatalog Catalog = BuiltIn();
    private static readonly DocComments Docs = DocComments.Load() ?? throw new FileNotFoundException("bridgemesh.xml");

    public static TheoryData<string> Refused() => new(Text("refused-configurations.yaml").Split("\n---\n"));

    [Fact]
    public void Schema_Committed_IsTheOneThatTheRecordsMake() =>
        Assert.Equal(new ConfigSchema(Catalog, Docs).Build().ToJsonString(JsonForm.Indented) + "\n", Text("bridgemesh.schema.json"));

    [Fact]
    public void Reference_InTheDocument_IsTheOneThatTheRecordsMake()
    {
        var document = Text("configuration.md");
        var begin = document.IndexOf("<!-- keys:begin -->\n", StringComparison.Ordinal) + "<!-- keys:begin -->\n".Length;

        Assert.Equal(new ConfigReference(Catalog, Docs).Build(), document[begin..document.IndexOf("<!-- keys:end -->", StringComparison.Ordinal)]);
    }

    [Fact]
    public void Schema_EveryKey_IsDescribed()
    {
        var bare = new List<string>();
        Visit(new ConfigSchema(Catalog, Docs).Build(), "$", bare);

        Assert.Empty(bare);
    }

    /// <summary>A schema that refused more than the program does would be wrong in another way.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_WhatTheSchemaRefuses_IsRefusedToo(string yaml)
    {
        using var folder = new TempFolder();
        folder.Write("bridgemesh.yaml", yaml);

        Assert.NotEmpty(ConfigLoader.Load(ConfigSource.Of(null, [], folder.Path)).Problems);
    }

    [Fact]
    public void Settings_OfEveryListener_AreThoseThatItsCheckKnows()
    {
        foreach (var factory in Catalog.Listeners.Values)
        {
            var told = Assert.Single(Check(factory, "noSuchSetting", "1")).Cure;
            foreach (var setting in factory.Settings)
            {
                Assert.Contains(setting.Name, told, StringComparison.Ordinal);
                Assert.True(setting.Needs is null || Check(factory, setting.Name, setting.Default ?? "x", alone: true).Count == 1);
                Assert.Empty(Check(factory, setting.Name, setting.Default ?? string.Empty));
                foreach (var bad in (string?[])[Over(setting.Max, 1), Over(setting.Min, -1), setting.Choices.Count > 0 ? "nosuchword" : null])
                {
                    Assert.True(bad is null || Check(factory, setting.Name, bad).Count == 1, $"{factory.Protocol} takes {setting.Name}: {bad}");
                }

                Assert.All(setting.Choices, c => Assert.Empty(Check(factory, setting.Name, c)));
            }

            // maxConnections is a key of every listener.
            var known = told[(told.LastIndexOf("of ", StringComparison.Ordinal) + 3)..].Split(", ").Where(n => n != "maxConnections");
            Assert.Equal(known.Order(StringComparer.Ordinal), factory.Settings.Select(s => s.Name).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>A file with a certificate and its key.</summary>
    private static readonly Lazy<string> Certificate = new(static () =>
    {
        var files = new TestCertificates();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => files.Dispose();
        var (certificate, key) = files.Write("listener");
        File.AppendAllText(certificate, "\n" + File.ReadAllText(key));
        return certificate;
    });

    private static string? Over(long? bound, long by) => bound is { } number ? $"{number + by}" : null;

    /// <param name="alone">Without the setting that it needs.</param>
    private static IReadOnlyList<SettingProblem> Check(IListenerFactory factory, string name, string value, bool alone = false)
    {
        var settings = new Dictionary<string, string> { [name] = value };
        if (!alone && factory.Settings.FirstOrDefault(s => s.Name == name)?.Needs is { } needed)
        {
            settings.Add(needed, needed switch
            {
                "tls.certificate" => Certificate.Value,
                "service" => "order-service",
                _ => "https://shop.example",
            });
        }

        return factory.Check(new ListenerSettings("test", "127.0.0.1", 0, FrameLimits.Default, settings));
    }

    private static void Visit(JsonNode? node, string path, List<string> bare)
    {
        if (node is not JsonObject schema)
        {
            return;
        }

        foreach (var (name, value) in schema)
        {
            if (name == "properties" && !path.EndsWith(".if", StringComparison.Ordinal) && value is JsonObject properties)
            {
                bare.AddRange(properties.Where(p => string.IsNullOrEmpty((string?)p.Value?["description"])).Select(p => $"{path}.{p.Key}"));
            }

            foreach (var child in value is JsonArray array ? [.. array] : (JsonNode?[])[value])
            {
                Visit(child, $"{path}.{name}", bare);
            }
        }
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name));

    private static PluginCatalog BuiltIn()
    {
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        return catalog;
    }
}
