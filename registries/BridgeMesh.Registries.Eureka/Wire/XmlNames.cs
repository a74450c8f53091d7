using System.Globalization;
using System.Text;
using System.Xml;

namespace BridgeMesh.Registries.Eureka.Wire;

/// <summary>
/// Names as XStream writes them in XML: an underscore twice, a dollar as <c>_-</c>, and what no name may hold as <c>_.</c> and four
/// hexadecimal digits. Source: com.thoughtworks.xstream.io.xml.XmlFriendlyNameCoder.
/// </summary>
internal static class XmlNames
{
    internal static string Encode(string name)
    {
        StringBuilder? text = null;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var isPlain = c is not '_' and not '$' and not ':' && (i == 0 ? XmlConvert.IsStartNCNameChar(c) : XmlConvert.IsNCNameChar(c));
            if (isPlain)
            {
                text?.Append(c);
                continue;
            }

            text ??= new StringBuilder(name, 0, i, name.Length + 8);
            _ = c switch
            {
                '_' => text.Append("__"),
                '$' => text.Append("_-"),
                _ => text.Append(CultureInfo.InvariantCulture, $"_.{(int)c:x4}"),
            };
        }

        return text?.ToString() ?? name;
    }

    internal static string Decode(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '_' || i + 1 == name.Length)
            {
                text.Append(name[i]);
            }
            else if (name[i + 1] is '_' or '-')
            {
                text.Append(name[++i] == '_' ? '_' : '$');
            }
            else if (name[i + 1] == '.' && i + 6 <= name.Length
                && ushort.TryParse(name.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Append((char)code);
                i += 5;
            }
            else
            {
                text.Append('_');
            }
        }

        return text.ToString();
    }
}
