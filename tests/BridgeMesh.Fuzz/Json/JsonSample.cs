namespace BridgeMesh.Fuzz.Json;

/// <summary>A JSON text cut into its tokens, by a reader of its own. Immutable; shared by all workers.</summary>
internal sealed class JsonSample
{
    internal JsonSample(byte[] bytes)
    {
        Bytes = bytes;
        Tokens = [.. Cut(bytes)];
        Values = [.. FindValues(bytes, Tokens)];
    }

    internal byte[] Bytes { get; }

    /// <summary>Strings, numbers, literals and single signs.</summary>
    internal Range[] Tokens { get; }

    /// <summary>Whole values, containers too, and member names.</summary>
    internal Range[] Values { get; }

    private static IEnumerable<Range> Cut(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var from = at;
            switch (bytes[at])
            {
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    at++;
                    continue;
                case (byte)'"':
                    for (at++; at < bytes.Length && bytes[at] != '"'; at++)
                    {
                        at += bytes[at] == '\\' ? 1 : 0;
                    }

                    at = Math.Min(at + 1, bytes.Length);
                    break;
                case (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)',' or (byte)':':
                    at++;
                    break;
                default:
                    while (at < bytes.Length && !" \n\r\t\"{}[],:"u8.Contains(bytes[at]))
                    {
                        at++;
                    }

                    break;
            }

            yield return from..at;
        }
    }

    private static IEnumerable<Range> FindValues(byte[] bytes, Range[] tokens)
    {
        var open = new Stack<int>();
        foreach (var token in tokens)
        {
            switch (bytes[token.Start.Value])
            {
                case (byte)'{' or (byte)'[':
                    open.Push(token.Start.Value);
                    break;
                case (byte)'}' or (byte)']':
                    if (open.TryPop(out var from))
                    {
                        yield return from..token.End;
                    }

                    break;
                case (byte)',' or (byte)':':
                    break;
                default:
                    yield return token;
                    break;
            }
        }
    }
}
