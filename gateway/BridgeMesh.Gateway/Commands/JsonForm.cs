using System.Text.Encodings.Web;
using System.Text.Json;

namespace BridgeMesh.Gateway.Commands;

/// <summary>How the gateway writes JSON for people and scripts.</summary>
internal static class JsonForm
{
    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Never put into HTML; quotes in messages stay readable.
    };
}
