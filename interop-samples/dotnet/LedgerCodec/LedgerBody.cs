using System.Buffers;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace Acme.Ledger;

/// <summary>
/// The members of a ledger body, found in one pass and decoded when wanted. Points into the frame: valid as long as that is.
/// <code>
/// request {"service", "version", "group", "uniqueId", "method", "types": [..], "args": {..} or [..], "meta": {name: text or [text..]}}
/// reply   {"result": any, "meta"} or {"error": {"status", "type", "message", "value": any}, "meta"}
/// </code>
/// </summary>
internal struct LedgerBody
{
    /// <summary>Deeper bodies are refused by the JSON reader; the tape's own budget is usually tighter.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1_000, AllowMultipleValues = false };

    private readonly ReadOnlySequence<byte> _json;
    private string? _interface;
    private string? _version;
    private string? _group;
    private string? _uniqueId;

    private LedgerBody(ReadOnlySequence<byte> json)
    {
        _json = json;
        Args = Meta = Types = Result = Error = Status = Type = Message = Value = -1;
    }

    internal readonly ServiceKey Service => new(_interface ?? string.Empty, _version ?? string.Empty, _group ?? string.Empty, _uniqueId ?? string.Empty);

    internal string? Method { get; private set; }

    // Places of the members' values in the body, -1 where there is none.
    internal long Args { get; private set; }

    internal long Meta { get; private set; }

    internal long Types { get; private set; }

    internal long Result { get; private set; }

    internal long Error { get; private set; }

    internal long Status { get; private set; }

    internal long Type { get; private set; }

    internal long Message { get; private set; }

    internal long Value { get; private set; }

    internal static CodecStatus Open(in ReadOnlySequence<byte> frame, out LedgerBody body)
    {
        var json = frame.Slice(LedgerFrame.HeadBytes);

        // Utf8JsonReader can run off the end of a cut literal where a segment is empty, so a body in pieces is copied together first.
        body = new LedgerBody(json.IsSingleSegment ? json : new ReadOnlySequence<byte>(json.ToArray()));
        var reader = new Utf8JsonReader(body._json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Malformed("the body is not a JSON object", 0);
            }

            if (!body.Index(ref reader, inError: false))
            {
                return Malformed("a member of the body is not text where it should be", reader.TokenStartIndex);
            }

            return reader.Read() ? Malformed("something follows the body's object", reader.TokenStartIndex) : CodecStatus.Ok;
        }
        catch (JsonException)
        {
            return Malformed("the body is not JSON", reader.BytesConsumed);
        }
    }

    internal readonly CodecStatus ReadMetadata(Metadata into)
    {
        if (Meta < 0)
        {
            return CodecStatus.Ok;
        }

        var reader = ReaderAt(Meta);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Malformed("meta is not an object", Meta);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonToTape.ReadText(ref reader);
            reader.Read();
            var isList = reader.TokenType == JsonTokenType.StartArray;
            if (isList)
            {
                reader.Read();
            }

            do
            {
                if (isList && reader.TokenType == JsonTokenType.EndArray)
                {
                    break;
                }

                if (name is null || JsonToTape.ReadText(ref reader) is not { } value)
                {
                    return Malformed("a name or value in meta is not text", reader.TokenStartIndex);
                }

                if (!into.TryAdd(name, value))
                {
                    return CodecStatus.Fail(CodecError.OverBudget, $"more than {Metadata.MaxEntries} entries in meta", reader.TokenStartIndex);
                }
            }
            while (isList && reader.Read());
        }

        return CodecStatus.Ok;
    }

    internal readonly CodecStatus ReadSignature(out JavaSignature? signature)
    {
        signature = null;
        if (Types < 0)
        {
            return CodecStatus.Ok;
        }

        var reader = ReaderAt(Types);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Malformed("types is not a list", Types);
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonToTape.ReadText(ref reader) is not { } name)
            {
                return Malformed("a type is not text", Types);
            }

            names.Add(name);
        }

        signature = JavaSignature.OfTypeNames(names);
        return CodecStatus.Ok;
    }

    /// <summary>Reads the arguments as roots: a list in order, an object by the names that the shape gives them.</summary>
    internal readonly CodecStatus ReadArguments(MethodShape? shape, ValueTape into)
    {
        if (Args < 0)
        {
            return CodecStatus.Ok;
        }

        var reader = ReaderAt(Args);
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; !into.Failed && reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                JsonToTape.ReadValue(ref reader, into, i < shape?.Parameters.Length ? shape.Parameters[i].Type : null);
            }

            return into.Status;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Malformed("args is neither a list nor an object", Args);
        }

        if (shape is null)
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, "arguments by name need a contract that names the method's parameters", Args);
        }

        var known = 0;
        foreach (var parameter in shape.Parameters)
        {
            var member = reader;
            if (FindMember(ref member, parameter.Name))
            {
                known++;
                JsonToTape.ReadValue(ref member, into, parameter.Type);
            }
            else
            {
                into.AddNull();
            }
        }

        return known == CountMembers(reader)
            ? into.Status
            : CodecStatus.Fail(CodecError.TypeMismatch, $"args holds a name that is no parameter of {shape.Name}, or holds one twice", Args);
    }

    internal readonly CodecStatus ReadResult(TypeShape? shape, ValueTape into)
    {
        var reader = ReaderAt(Result);
        JsonToTape.ReadValue(ref reader, into, shape);
        return into.Status;
    }

    /// <summary>The exception's own value, an object of its type.</summary>
    internal readonly CodecStatus ReadException(TypeName? type, ValueTape into)
    {
        var reader = ReaderAt(Value);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Malformed("an exception's value is not an object", Value);
        }

        into.BeginObject(type);
        while (!into.Failed && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonToTape.ReadText(ref reader) is not { } name)
            {
                return into.Fail(CodecError.Malformed, "a field's name is not valid Unicode", reader.TokenStartIndex);
            }

            into.Name(FieldName.Of(name));
            reader.Read();
            JsonToTape.ReadValue(ref reader, into, shape: null);
        }

        into.End();
        return into.Status;
    }

    internal readonly string? TextAt(long at)
    {
        if (at < 0)
        {
            return null;
        }

        var reader = ReaderAt(at);
        return JsonToTape.ReadText(ref reader);
    }

    private static CodecStatus Malformed(string detail, long offset) =>
        CodecStatus.Fail(CodecError.Malformed, detail, LedgerFrame.HeadBytes + offset);

    private static bool FindMember(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = JsonToTape.ReadText(ref reader) == name;
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static int CountMembers(Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            count++;
            reader.Read();
            reader.Skip();
        }

        return count;
    }

    /// <summary>A reader on the value at a place. The whole body was read once, so nothing from here on is malformed JSON.</summary>
    private readonly Utf8JsonReader ReaderAt(long at)
    {
        var reader = new Utf8JsonReader(_json.Slice(at), new JsonReaderOptions { MaxDepth = Options.MaxDepth, AllowMultipleValues = true });
        reader.Read();
        return reader;
    }

    private bool Index(ref Utf8JsonReader reader, bool inError)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonToTape.ReadText(ref reader);
            reader.Read();
            if (!Note(name, ref reader, inError))
            {
                return false;
            }

            reader.Skip();
        }

        return true;
    }

    private bool Note(string? name, ref Utf8JsonReader reader, bool inError)
    {
        var at = reader.TokenStartIndex;
        switch (name)
        {
            case "status" when inError:
                Status = at;
                return true;
            case "type" when inError:
                Type = at;
                return true;
            case "message" when inError:
                Message = at;
                return true;
            case "value" when inError:
                Value = at;
                return true;
            case null:
                return false;
            case var _ when inError:
                return true;
            case "service":
                return (_interface = JsonToTape.ReadText(ref reader)) is not null;
            case "version":
                return (_version = JsonToTape.ReadText(ref reader)) is not null;
            case "group":
                return (_group = JsonToTape.ReadText(ref reader)) is not null;
            case "uniqueId":
                return (_uniqueId = JsonToTape.ReadText(ref reader)) is not null;
            case "method":
                return (Method = JsonToTape.ReadText(ref reader)) is not null;
            case "types":
                Types = at;
                return true;
            case "args":
                Args = at;
                return true;
            case "meta":
                Meta = at;
                return true;
            case "result":
                Result = at;
                return true;
            case "error":
                Error = at;
                return reader.TokenType == JsonTokenType.StartObject && Index(ref reader, inError: true);
            default:
                // Members of a later version: ignored.
                return true;
        }
    }
}
