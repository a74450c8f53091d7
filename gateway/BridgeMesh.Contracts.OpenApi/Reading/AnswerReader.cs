using System.Globalization;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>What a method gives: its result, and the exceptions of its other answers.</summary>
internal sealed record Answers(ValueDeclaration? Returns, bool IsStream, bool IsOneWay, IReadOnlyList<TypeExpression> Throws)
{
    public string? Doc { get; init; }
}

/// <summary>Reads an operation's responses.</summary>
internal sealed class AnswerReader(Documents documents, SchemaReader schemas, ExceptionDeclarer exceptions, ImportNotes notes, bool isOwn)
{
    public Answers Read(Place operation, string hint)
    {
        var responses = operation["responses"].Entries().Select(r => (r.Key, Value: documents.Follow(r.Value))).ToList();
        var good = responses.FindAll(static r => r.Key.Text.StartsWith('2'));
        var result = good.OrderBy(static r => r.Key.Text, StringComparer.Ordinal).FirstOrDefault();
        if (good.Count > 1)
        {
            notes.Add(operation["responses"], $"of several results the one of {result.Key.Text} is taken");
        }

        var (returns, isStream) = result.Value.Node is null ? (null, false) : Result(result.Value, hint);
        var throws = new List<TypeExpression>();
        foreach (var (key, response) in responses.Where(static r => !r.Key.Text.StartsWith('2')))
        {
            if (MediaTypes.Json(response["content"]) is { } content)
            {
                throws.AddRange(exceptions.Of(content["schema"], StatusOf(key.Text), hint, key.At));
            }
        }

        return new Answers(returns, isStream, isOwn && result.Key?.Text == "202", [.. throws.DistinctBy(static t => t.ToString(), StringComparer.Ordinal)]);
    }

    private (ValueDeclaration? Returns, bool IsStream) Result(Place response, string hint)
    {
        var content = response["content"];
        if (MediaTypes.Json(content) is { } json)
        {
            return (Value(json["schema"], $"{hint}Result", response), false);
        }

        if ((MediaTypes.Find(content, "application/x-ndjson") ?? MediaTypes.Find(content, "text/event-stream")) is { } stream)
        {
            var item = stream.Map?.FindKey(Extensions.Item) is not null ? stream[Extensions.Item] : stream["itemSchema"];
            if (item.Node is null)
            {
                notes.Add(stream, "the messages of the stream have no schema: they say what they are");
            }

            return (Value(item, $"{hint}Message", response), true);
        }

        if (MediaTypes.Plain(content, out var isBytes) is not null)
        {
            return (Value(default, ReadType.Of(SchemaSort.Scalar, isBytes ? "bytes" : "string"), response), false);
        }

        if (content.Map is { Entries.Count: > 0 })
        {
            notes.Add(content, "the result is of no media type that contracts have: nothing is read of it");
        }

        return (null, false);
    }

    private ValueDeclaration Value(Place schema, string hint, Place response) => Value(schema, schemas.Read(schema, hint), response);

    private ValueDeclaration Value(Place schema, ReadType read, Place response)
    {
        var at = schema.Node?.At ?? response.Node?.At ?? default;
        var doc = isOwn && response.Text("description") is { } said and not ("The result." or "Done." or "Any number of messages, each sent as soon as it is there.") ? said : null;
        return new ValueDeclaration(new Named("returns", at), read.ToExpression(at, !read.AdmitsNull && isOwn), read.Java) { Doc = doc };
    }

    private static int? StatusOf(string code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 ? status : null;
}
