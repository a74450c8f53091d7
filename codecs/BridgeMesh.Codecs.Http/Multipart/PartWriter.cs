using System.Security.Cryptography;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Multipart;

/// <summary>Writes arguments as the parts of a multipart/form-data body, in the forms that <see cref="PartArguments"/> reads.</summary>
internal sealed class PartWriter(ValueTape tape, ValuePolicy policy, FrameWriter body)
{
    // 128 random bits: no content holds them but by intent, and nobody knows them beforehand.
    private readonly string _boundary = "bridgemesh-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    internal string MediaType => $"multipart/form-data; boundary={_boundary}";

    internal CodecStatus Write(string name, int index, TypeShape type)
    {
        index = tape.Resolve(index);
        if (tape[index].Kind is ValueKind.Null or ValueKind.Absent)
        {
            return CodecStatus.Ok;
        }

        if (!PartArguments.IsRepeated(type) || tape[index].Kind is not (ValueKind.List or ValueKind.Array))
        {
            return WriteOne(name, index, type);
        }

        for (var i = index + 1; i < tape.Next(index); i = tape.Next(i))
        {
            var element = tape.Resolve(i);
            if (tape[element].Kind is not (ValueKind.Null or ValueKind.Absent)
                && WriteOne(name, element, type.Element) is { IsOk: false } fault)
            {
                return fault;
            }
        }

        return CodecStatus.Ok;
    }

    /// <summary>Writes the pairs of a form as text parts.</summary>
    internal void WritePairs(ReadOnlySpan<byte> form)
    {
        var pairs = new FieldPairs<byte>(form);
        while (pairs.MoveNext())
        {
            // Both were escaped by this gateway just now.
            Begin(UrlText.Decode(pairs.Name, plusIsSpace: true) ?? string.Empty, null, null);
            body.Write(Encoding.UTF8.GetBytes(UrlText.Decode(pairs.Value, plusIsSpace: true) ?? string.Empty));
            body.Write("\r\n"u8);
        }
    }

    internal void End()
    {
        body.Write("--"u8);
        body.Write(Encoding.ASCII.GetBytes(_boundary));
        body.Write("--\r\n"u8);
    }

    private CodecStatus WriteOne(string name, int index, TypeShape? type)
    {
        var status = CodecStatus.Ok;
        if (tape[index].Kind == ValueKind.Bytes)
        {
            Begin(name, name, MediaTypes.Octets);
            body.Write(tape.Utf8(index));
        }
        else if (tape[index].Kind == ValueKind.Object && FileShape.Of(type) is { } file)
        {
            WriteFile(name, index, type!, file); // the shape of a file has a type
        }
        else if (tape[index].Kind is ValueKind.Object or ValueKind.Map or ValueKind.List or ValueKind.Array)
        {
            Begin(name, null, MediaTypes.Json);
            status = JsonFormat.Codec.Write(tape, index, type, policy, body);
        }
        else
        {
            Begin(name, null, null);
            status = TextScalar.Write(tape, index, type, policy, body);
        }

        body.Write("\r\n"u8);
        return status;
    }

    private void WriteFile(string name, int index, TypeShape type, FileShape file)
    {
        var contentType = Text(index, type, file.ContentType);
        Begin(name, Text(index, type, file.FileName) ?? name, MediaTypes.IsMediaType(contentType) ? contentType : MediaTypes.Octets);
        var content = tape.FindField(index, type.Struct!.Fields[file.Content].Name); // as above
        if (content >= 0 && tape.Resolve(content) is var octets && tape[octets].Kind == ValueKind.Bytes)
        {
            body.Write(tape.Utf8(octets));
        }
    }

    private string? Text(int index, TypeShape type, int ordinal)
    {
        if (ordinal < 0 || tape.FindField(index, type.Struct!.Fields[ordinal].Name) is not (>= 0 and var field))
        {
            return null;
        }

        field = tape.Resolve(field);
        return tape[field].Kind == ValueKind.String && !tape.Utf8(field).IsEmpty ? tape.Text(field) : null;
    }

    private void Begin(string name, string? fileName, string? contentType)
    {
        var head = new StringBuilder("--").Append(_boundary)
            .Append("\r\nContent-Disposition: form-data; name=\"").Append(Escaped(name)).Append('"');
        if (fileName is not null)
        {
            head.Append("; filename=\"").Append(Escaped(fileName)).Append('"');
        }

        if (contentType is not null)
        {
            head.Append("\r\nContent-Type: ").Append(contentType);
        }

        body.Write(Encoding.UTF8.GetBytes(head.Append("\r\n\r\n").ToString()));
    }

    // As browsers do: WHATWG HTML, multipart/form-data encoding algorithm.
    private static string Escaped(string text) => text
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}
