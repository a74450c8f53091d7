namespace BridgeMesh.Yaml;

/// <summary>Reads a file whose length may not be known before: a pipe, as shells put in the place of a file, or a device.</summary>
internal static class BoundedFile
{
    /// <summary>The bytes of the file, from its current place on; null where there are more than <paramref name="maxBytes"/>.</summary>
    /// <remarks>The caller owns both streams. Throws IOException where reading fails.</remarks>
    public static Stream? Read(FileStream file, int maxBytes)
    {
        // Pipes have no length, and devices such as /dev/zero say 0 and never end.
        if (file.CanSeek && file.Length > 0)
        {
            return file.Length > maxBytes ? null : file;
        }

        var text = new MemoryStream();
        var part = new byte[81_920];
        while (file.Read(part) is > 0 and var count)
        {
            if (text.Length + count > maxBytes)
            {
                return null;
            }

            text.Write(part, 0, count);
        }

        text.Position = 0;
        return text;
    }
}
