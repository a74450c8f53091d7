namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Which of the media types of a body contracts can say.</summary>
internal static class MediaTypes
{
    private static readonly string[] Binary = ["image/", "audio/", "video/"];

    public static Place? Json(Place content) =>
        First(content, static t => t is "application/json")
        ?? First(content, static t => t.StartsWith("application/", StringComparison.Ordinal) && t.EndsWith("+json", StringComparison.Ordinal))
        ?? First(content, static t => t is "*/*" or "application/*" or "text/json");

    public static Place? Find(Place content, string mediaType) => First(content, t => t == mediaType);

    /// <summary>A text as it is, or bytes.</summary>
    public static Place? Plain(Place content, out bool isBytes)
    {
        isBytes = false;
        if (First(content, static t => t is "text/plain") is { } text)
        {
            return text;
        }

        isBytes = true;
        return First(content, static t => t is "application/octet-stream" or "application/pdf" or "application/zip"
            || Array.Exists(Binary, b => t.StartsWith(b, StringComparison.Ordinal)));
    }

    private static Place? First(Place content, Func<string, bool> wanted)
    {
        foreach (var (key, _) in content.Map?.Entries ?? [])
        {
            if (wanted(key.Text.Split(';')[0].Trim().ToLowerInvariant()))
            {
                return content[key.Text];
            }
        }

        return null;
    }
}
