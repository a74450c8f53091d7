namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>Rules for paths, of org.apache.zookeeper.common.PathUtils: a server that is sent another one refuses it or hangs up.</summary>
internal static class NodePath
{
    /// <summary>Bytes of a path would count; characters are what is cheap to tell, and enough as a bound.</summary>
    private const int MaxLength = 65_536;

    /// <summary>What is wrong, as the end of a sentence; null when nothing is.</summary>
    public static string? Check(string path)
    {
        if (path.Length is 0 or > MaxLength || path[0] != '/')
        {
            return path.Length > MaxLength ? "is too long" : "does not begin with a slash";
        }

        if (path.Length == 1)
        {
            return null;
        }

        foreach (var part in path[1..].Split('/'))
        {
            if (part.Length == 0)
            {
                return "has an empty part";
            }

            if (part is "." or "..")
            {
                return "has a part that is dots alone";
            }

            if (part.AsSpan().ContainsAnyInRange('\u0000', '\u001f') || part.AsSpan().ContainsAnyInRange('\u007f', '\u009f')
                || part.AsSpan().ContainsAnyInRange('\ud800', '\uf8ff') || part.AsSpan().ContainsAnyInRange('\ufff0', '\uffff'))
            {
                return "has characters that ZooKeeper does not take";
            }
        }

        return null;
    }

    /// <summary>A child's path.</summary>
    public static string Join(string parent, string child) => parent.EndsWith('/') ? parent + child : $"{parent}/{child}";
}
