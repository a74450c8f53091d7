using System.Buffers;
using System.Text.Unicode;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Multipart;

/// <summary>
/// Reads a parameter from the parts of a form: bytes and classes with bytes as files, plain values as text, anything else as JSON. A list
/// of files or plain values is a repeated part.
/// </summary>
internal static class PartArguments
{
    internal static CodecStatus Read(MultipartForm form, string name, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        FormPart? first = null;
        var count = 0;
        foreach (var part in form.Parts)
        {
            if (part.Name == name)
            {
                first ??= part;
                count++;
            }
        }

        if (first is null)
        {
            return TextArguments.AddMissing("part", name, type, tape);
        }

        if (!IsRepeated(type))
        {
            return count > 1
                ? tape.Fail(CodecError.TypeMismatch, $"the part '{name}' is given more than once")
                : Add(first, type, policy, tape);
        }

        TextArguments.Begin(type, tape);
        foreach (var part in form.Parts)
        {
            if (part.Name == name && Add(part, TextArguments.ElementOf(type), policy, tape) is { IsOk: false } fault)
            {
                return fault;
            }
        }

        tape.End();
        return tape.Status;
    }

    /// <summary>Whether each element of a list is a part of its own; a list of classes is one part of JSON.</summary>
    internal static bool IsRepeated(TypeShape type) =>
        type is { Kind: ShapeKind.List or ShapeKind.Set or ShapeKind.Array, Element: { } element }
        && (FieldTree.IsPlain(element) || FileShape.Of(element) is not null);

    private static CodecStatus Add(FormPart part, TypeShape type, ValuePolicy policy, ValueTape tape)
    {
        if (type.Kind == ShapeKind.Bytes)
        {
            tape.AddBytes(part.Content.Span);
            return tape.Status;
        }

        if (FieldTree.IsPlain(type))
        {
            return Utf8.IsValid(part.Content.Span)
                ? Naming(part, TextArguments.AddText(part.Content.Span, type, policy, tape))
                : tape.Fail(CodecError.Malformed, $"the part '{part.Name}' is not UTF-8");
        }

        if (FileShape.Of(type) is { } file && part.Kind != MediaKind.Json)
        {
            AddFile(part, type, file, tape);
            return tape.Status;
        }

        // Browsers name no type for what a script appends as text.
        return part.Kind is MediaKind.Json or MediaKind.Text or MediaKind.Missing
            ? Naming(part, JsonFormat.Codec.Read(new ReadOnlySequence<byte>(part.Content), type, policy, tape))
            : tape.Fail(CodecError.TypeMismatch, $"the part '{part.Name}' must be application/json");
    }

    private static void AddFile(FormPart part, TypeShape type, FileShape file, ValueTape tape)
    {
        var fields = type.Struct!.Fields; // the shape of a file has a class
        tape.BeginObject(type.TapeType);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i == file.Content)
            {
                tape.Name(fields[i].Name);
                tape.AddBytes(part.Content.Span);
            }
            else if (i == file.FileName && part.FileName is not null)
            {
                tape.Name(fields[i].Name);
                tape.AddString(part.FileName);
            }
            else if (i == file.ContentType && part.ContentType is not null)
            {
                tape.Name(fields[i].Name);
                tape.AddString(part.ContentType);
            }
            else if (i == file.Length)
            {
                tape.Name(fields[i].Name);
                tape.AddInt64(part.Content.Length);
            }
        }

        tape.End();
    }

    private static CodecStatus Naming(FormPart part, in CodecStatus status) =>
        status.IsOk ? status : status with { Detail = $"part '{part.Name}': {status.Detail}" };
}
