using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>Writes an application's metadata as org.apache.dubbo.metadata.report.MetadataReport keeps it.</summary>
internal static class MetadataWriter
{
    /// <summary>Hexadecimal digits of a revision, as many as Dubbo's own has.</summary>
    private const int RevisionDigits = 32;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The metadata with a revision that changes with every service and with nothing else. Whose it is belongs into it, so that what one
    /// gateway takes back no other's instances name. Source: org.apache.dubbo.metadata.RevisionResolver.calRevision, which digests with MD5;
    /// readers compare the text and nothing else.
    /// </summary>
    /// <param name="owner">Address of the instance that names the revision.</param>
    internal static MetadataInfo Revise(string application, string owner, IEnumerable<ApplicationService> services)
    {
        var ordered = services.OrderBy(static s => s.MatchKey, StringComparer.Ordinal).ToImmutableArray();
        var info = new MetadataInfo(application, string.Empty, ordered);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes(owner));
        digest.AppendData(Write(info));
        return info with { Revision = Convert.ToHexStringLower(digest.GetHashAndReset())[..RevisionDigits] };
    }

    /// <summary>The same bytes for the same services.</summary>
    internal static byte[] Write(MetadataInfo info)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("app", info.Application);
            json.WriteString("revision", info.Revision);
            json.WriteStartObject("services");
            foreach (var service in info.Services)
            {
                json.WriteStartObject(service.MatchKey);
                json.WriteString("name", service.Service.Interface);
                Say(json, "group", service.Service.Group);
                Say(json, "version", service.Service.Version);
                json.WriteString("protocol", service.Protocol);
                json.WriteNumber("port", service.Port);
                json.WriteString("path", service.Path);
                json.WriteStartObject("params");
                foreach (var (name, value) in service.Params)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Dubbo leaves out what there is not.</summary>
    private static void Say(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }
}
