using System.Text;
using System.Text.Json;
using System.Xml;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// Takes the parts of one name out of a document, JSON or XML, without holding the rest. Bounded in parts, depth and what each may hold.
/// For one document and one thread.
/// </summary>
internal sealed class DocumentParts(string name, int maxParts)
{
    private const int MaxRoots = 8;

    private readonly NodeBudget _budget = new();
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);
    private readonly List<DocumentNode> _found = [];

    internal IReadOnlyList<DocumentNode> Found => _found;

    internal string? HashCode { get; private set; }

    internal bool HasRoot(string root) => _roots.Contains(root);

    /// <summary>Empty when the document was read whole, else why not.</summary>
    internal string Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = body.Span.TrimStart(" \t\r\n\uFEFF"u8);
            return text.IsEmpty ? "it is empty" : text[0] == (byte)'<' ? ReadXml(body) : ReadJson(text);
        }
        catch (Exception broken) when (broken is JsonException or XmlException or InvalidOperationException or DecoderFallbackException)
        {
            // InvalidOperationException is what the JSON reader says of text that is no Unicode.
            return broken is JsonException or XmlException ? broken.Message : "its text is no Unicode";
        }
    }

    private string ReadJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 4 * NodeBudget.MaxDepth });
        string? property = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    property = reader.GetString() ?? string.Empty;
                    if (reader.CurrentDepth == 1 && _roots.Count < MaxRoots)
                    {
                        _roots.Add(property);
                    }

                    break;

                case JsonTokenType.StartArray when property == name:
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        if (TakeJson(ref reader) is { Length: > 0 } problem)
                        {
                            return problem;
                        }
                    }

                    property = null;
                    break;

                case JsonTokenType.StartObject when property == name:
                    if (TakeJson(ref reader) is { Length: > 0 } wrong)
                    {
                        return wrong;
                    }

                    property = null;
                    break;

                case JsonTokenType.String when property is "apps__hashcode" or "apps_hashcode":
                    HashCode = reader.GetString();
                    break;

                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    // A list of applications is reached through its own name; below it names count anew.
                    property = null;
                    break;
            }
        }

        return string.Empty;
    }

    private string TakeJson(ref Utf8JsonReader reader)
    {
        _budget.Renew();
        if (_found.Count == maxParts)
        {
            return $"it holds more than {maxParts} of '{name}'";
        }

        var node = new DocumentNode(name);
        if (!FillJson(ref reader, node, 0))
        {
            return $"a part '{name}' is too large";
        }

        _found.Add(node);
        return string.Empty;
    }

    private bool FillJson(ref Utf8JsonReader reader, DocumentNode into, int depth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                if (depth == NodeBudget.MaxDepth)
                {
                    return false;
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var property = reader.GetString() ?? string.Empty;
                    reader.Read();
                    if (!FillMember(ref reader, into, property, depth))
                    {
                        return false;
                    }
                }

                return true;

            case JsonTokenType.StartArray:
                // A list in a list: nothing of Eureka's, and not kept.
                reader.Skip();
                return true;

            case JsonTokenType.String:
                into.Text = reader.GetString() ?? string.Empty;
                return _budget.TryTake(into.Text.Length);

            case JsonTokenType.Null:
                return _budget.TryTake(0);

            default:
                into.Text = Encoding.ASCII.GetString(reader.ValueSpan);
                return _budget.TryTake(into.Text.Length);
        }
    }

    private bool FillMember(ref Utf8JsonReader reader, DocumentNode into, string property, int depth)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var item = new DocumentNode(property);
                if (!_budget.TryTake(property.Length) || !FillJson(ref reader, item, depth + 1))
                {
                    return false;
                }

                into.Add(item);
            }

            return true;
        }

        var child = new DocumentNode(property);
        if (!_budget.TryTake(property.Length) || !FillJson(ref reader, child, depth + 1))
        {
            return false;
        }

        if (property == "$")
        {
            into.Text = child.Text;
        }
        else if (property.StartsWith('@'))
        {
            into.Attributes[property[1..]] = child.Text;
        }
        else
        {
            into.Add(child);
        }

        return true;
    }

    private string ReadXml(ReadOnlyMemory<byte> body)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = RegistryDocument.MaxBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        });
        while (!reader.EOF)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                reader.Read();
                continue;
            }

            var element = XmlNames.Decode(reader.LocalName);
            if (reader.Depth == 0)
            {
                _roots.Add(element);
            }

            if (element == name)
            {
                _budget.Renew();
                if (_found.Count == maxParts)
                {
                    return $"it holds more than {maxParts} of '{name}'";
                }

                var node = new DocumentNode(name);
                if (!FillXml(reader, node, 0))
                {
                    return $"a part '{name}' is too large";
                }

                _found.Add(node);
            }
            else if (element == "apps_hashcode")
            {
                HashCode = reader.ReadElementContentAsString();
            }
            else if (reader.Depth > 4 * NodeBudget.MaxDepth)
            {
                return "it is too deep";
            }
            else
            {
                reader.Read();
            }
        }

        return string.Empty;
    }

    /// <summary>Stands behind the element's end when it is done.</summary>
    private bool FillXml(XmlReader reader, DocumentNode into, int depth)
    {
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
        {
            if (!_budget.TryTake(reader.LocalName.Length + reader.Value.Length))
            {
                return false;
            }

            into.Attributes[reader.LocalName] = reader.Value;
        }

        reader.MoveToElement();
        reader.Read();
        if (isEmpty)
        {
            return true;
        }

        while (reader.NodeType != XmlNodeType.EndElement && !reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                var child = new DocumentNode(XmlNames.Decode(reader.LocalName));
                if (depth == NodeBudget.MaxDepth || !_budget.TryTake(child.Name.Length) || !FillXml(reader, child, depth + 1))
                {
                    return false;
                }

                into.Add(child);
                continue;
            }

            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                into.Text += reader.Value;
                if (!_budget.TryTake(reader.Value.Length))
                {
                    return false;
                }
            }

            reader.Read();
        }

        reader.Read();
        return true;
    }
}
