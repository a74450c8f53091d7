using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Http.Multipart;

/// <summary>
/// How a class stands for an uploaded file: one field of bytes is the content; fields of the usual names, if it has them, are the file's
/// name, media type and length. Contracts have no MultipartFile, as Java's is no value.
/// </summary>
/// <param name="Content">Ordinal of the field; the others are -1 where the class has none.</param>
internal readonly record struct FileShape(int Content, int FileName, int ContentType, int Length)
{
    /// <summary>Null for a class that holds no bytes, which is JSON in a form.</summary>
    internal static FileShape? Of(TypeShape? type)
    {
        if (type is not { Kind: ShapeKind.Struct, Struct: { } fields })
        {
            return null;
        }

        for (var i = 0; i < fields.Fields.Length; i++)
        {
            if (fields.Fields[i].Type.Kind == ShapeKind.Bytes)
            {
                return new FileShape(
                    i,
                    Find(fields, ShapeKind.String, "fileName", "filename", "originalFilename", "name"),
                    Find(fields, ShapeKind.String, "contentType", "mediaType", "mimeType"),
                    Find(fields, ShapeKind.Int64, "size", "length"));
            }
        }

        return null;
    }

    private static int Find(StructShape fields, ShapeKind kind, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields.Find(name) is >= 0 and var ordinal && fields.Fields[ordinal].Type.Kind == kind)
            {
                return ordinal;
            }
        }

        return -1;
    }
}
