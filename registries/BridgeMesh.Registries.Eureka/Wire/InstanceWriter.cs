using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// Writes documents as Netflix's server and Spring's client write them: in JSON lists are always lists, times and flags are texts, and
/// <c>@class</c> and <c>$</c> stand where XStream's readers look for them. Source: com.netflix.discovery.converters.EurekaJacksonCodec.
/// </summary>
internal static class InstanceWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly XmlWriterSettings XmlOptions = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    internal static byte[] Applications(IEnumerable<EurekaInstance> instances, string hashCode, long version, bool isXml) => Write(isXml, writer =>
    {
        writer.Begin("applications");
        writer.Text("versions__delta", version.ToString(CultureInfo.InvariantCulture));
        writer.Text("apps__hashcode", hashCode);
        writer.List("application", instances.GroupBy(static i => i.App, StringComparer.Ordinal), static (w, app) => Application(w, app.Key, app));
        writer.End();
    });

    internal static byte[] OneApplication(string app, IEnumerable<EurekaInstance> instances, bool isXml) => Write(isXml, writer =>
    {
        writer.Begin("application");
        Application(writer, app, instances);
        writer.End();
    });

    internal static byte[] One(EurekaInstance instance, bool isXml) => Write(isXml, writer =>
    {
        writer.Begin("instance");
        Instance(writer, instance);
        writer.End();
    });

    internal static void Instance(IDocumentWriter writer, EurekaInstance instance)
    {
        writer.Text("instanceId", instance.Id);
        writer.Text("hostName", instance.HostName);
        writer.Text("app", instance.App);
        writer.Text("ipAddr", instance.IpAddr);
        writer.Text("status", EurekaWords.Of(instance.Status));
        writer.Text("overriddenstatus", EurekaWords.Of(instance.OverriddenStatus));
        writer.Port("port", instance.Port, instance.IsPortEnabled);
        writer.Port("securePort", instance.SecurePort, instance.IsSecurePortEnabled);
        writer.Number("countryId", instance.CountryId);
        writer.Begin("dataCenterInfo", instance.DataCenter.JavaClass);
        writer.Text("name", instance.DataCenter.Name);
        if (instance.DataCenter.IsAmazon)
        {
            Map(writer, "metadata", instance.DataCenter.Metadata);
        }

        writer.End();
        writer.Begin("leaseInfo");
        writer.Number("renewalIntervalInSecs", instance.Lease.RenewalIntervalS);
        writer.Number("durationInSecs", instance.Lease.DurationS);
        writer.Number("registrationTimestamp", instance.Lease.RegistrationTimestamp);
        writer.Number("lastRenewalTimestamp", instance.Lease.LastRenewalTimestamp);
        writer.Number("evictionTimestamp", 0);
        writer.Number("serviceUpTimestamp", instance.Lease.ServiceUpTimestamp);
        writer.End();
        Map(writer, "metadata", instance.Metadata);
        Optional(writer, "appGroupName", instance.AppGroupName);
        Optional(writer, "homePageUrl", instance.HomePageUrl);
        Optional(writer, "statusPageUrl", instance.StatusPageUrl);
        Optional(writer, "healthCheckUrl", instance.HealthCheckUrl);
        Optional(writer, "secureHealthCheckUrl", instance.SecureHealthCheckUrl);
        Optional(writer, "vipAddress", instance.VipAddress);
        Optional(writer, "secureVipAddress", instance.SecureVipAddress);
        Optional(writer, "asgName", instance.AsgName);
        writer.Text("isCoordinatingDiscoveryServer", "false");
        writer.Text("lastUpdatedTimestamp", instance.LastUpdatedTimestamp.ToString(CultureInfo.InvariantCulture));
        writer.Text("lastDirtyTimestamp", instance.LastDirtyTimestamp.ToString(CultureInfo.InvariantCulture));
        writer.Text("actionType", EurekaWords.Of(instance.Action));
    }

    private static byte[] Write(bool isXml, Action<IDocumentWriter> write)
    {
        if (isXml)
        {
            using var stream = new MemoryStream();
            using (var xml = XmlWriter.Create(stream, XmlOptions))
            {
                write(new XmlDocumentWriter(xml));
            }

            return stream.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(new JsonDocumentWriter(json));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Application(IDocumentWriter writer, string app, IEnumerable<EurekaInstance> instances)
    {
        writer.Text("name", app);
        writer.List("instance", instances, Instance);
    }

    private static void Map(IDocumentWriter writer, string name, ImmutableDictionary<string, string> map)
    {
        // What XStream's readers make an empty map of.
        writer.Begin(name, map.Count == 0 ? "java.util.Collections$EmptyMap" : null);
        foreach (var (key, value) in map)
        {
            // Netflix's reader passes the class over, and a key that is no text cannot be told from it.
            if (key.Length > 0 && !key.StartsWith('@') && key != "$")
            {
                writer.Entry(key, value);
            }
        }

        writer.End();
    }

    private static void Optional(IDocumentWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.Text(name, text);
        }
    }
}
