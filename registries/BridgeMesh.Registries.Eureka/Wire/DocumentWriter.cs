using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>Takes a document's parts in order, whatever it is written as.</summary>
internal interface IDocumentWriter
{
    void Begin(string name, string? javaClass = null);

    void End();

    void Text(string name, string text);

    void Number(string name, long number);

    void Port(string name, int port, bool isEnabled);

    /// <summary>An entry of a map, whose key is a user's and may be no name.</summary>
    void Entry(string key, string value);

    void List<T>(string name, IEnumerable<T> items, Action<IDocumentWriter, T> write);
}

/// <summary>Inside an object that somebody else begins and ends.</summary>
internal sealed class JsonDocumentWriter(Utf8JsonWriter json) : IDocumentWriter
{
    public void Begin(string name, string? javaClass = null)
    {
        json.WriteStartObject(name);
        if (javaClass is not null)
        {
            json.WriteString("@class"u8, javaClass);
        }
    }

    public void End() => json.WriteEndObject();

    public void Text(string name, string text) => json.WriteString(name, text);

    public void Number(string name, long number) => json.WriteNumber(name, number);

    public void Port(string name, int port, bool isEnabled)
    {
        json.WriteStartObject(name);
        json.WriteNumber("$"u8, port);
        json.WriteString("@enabled"u8, isEnabled ? "true"u8 : "false"u8);
        json.WriteEndObject();
    }

    public void Entry(string key, string value) => json.WriteString(key, value);

    public void List<T>(string name, IEnumerable<T> items, Action<IDocumentWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(this, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>Owns nothing: the writer is somebody else's.</summary>
internal sealed class XmlDocumentWriter(XmlWriter xml) : IDocumentWriter
{
    public void Begin(string name, string? javaClass = null)
    {
        xml.WriteStartElement(name);
        if (javaClass is not null)
        {
            xml.WriteAttributeString("class", javaClass);
        }
    }

    public void End() => xml.WriteEndElement();

    public void Text(string name, string text)
    {
        xml.WriteStartElement(name);
        xml.WriteString(Plain(text));
        xml.WriteEndElement();
    }

    public void Number(string name, long number) => Text(name, number.ToString(CultureInfo.InvariantCulture));

    public void Port(string name, int port, bool isEnabled)
    {
        xml.WriteStartElement(name);
        xml.WriteAttributeString("enabled", isEnabled ? "true" : "false");
        xml.WriteString(port.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    public void Entry(string key, string value) => Text(XmlNames.Encode(key), value);

    public void List<T>(string name, IEnumerable<T> items, Action<IDocumentWriter, T> write)
    {
        foreach (var item in items)
        {
            xml.WriteStartElement(name);
            write(this, item);
            xml.WriteEndElement();
        }
    }

    /// <summary>XML 1.0 has no way to write some characters; one instance's text must not spoil everybody's document.</summary>
    private static string Plain(string text)
    {
        var isPlain = true;
        foreach (var c in text)
        {
            isPlain &= XmlConvert.IsXmlChar(c);
        }

        return isPlain ? text : string.Concat(text.EnumerateRunes().Select(static r => IsXml(r) ? r.ToString() : "\uFFFD"));
    }

    private static bool IsXml(System.Text.Rune rune) => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
}
