using System.Buffers;
using System.Text.Json;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Calling;

/// <summary>The requests of a stream as a user wrote them: JSON documents one behind the other, each the arguments of a call.</summary>
internal sealed class WrittenRequests(byte[] json, MethodShape shape, ValuePolicy policy) : IMessageStream
{
    private readonly Queue<byte[]> _left = new(Documents(json));

    /// <summary>Reads all of them, so that what is wrong with one is told before anything is sent.</summary>
    public CodecStatus Check()
    {
        using var tape = new ValueTape();
        foreach (var document in _left)
        {
            tape.Reset();
            var status = JsonArguments.Read(new ReadOnlySequence<byte>(document), shape, policy, tape);
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    public ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        into.Reset();
        if (!_left.TryDequeue(out var document))
        {
            return ValueTask.FromResult(MessageRead.Ended);
        }

        var status = JsonArguments.Read(new ReadOnlySequence<byte>(document), shape, policy, into);
        return ValueTask.FromResult(status.IsOk ? MessageRead.Of : MessageRead.Failed(status));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What is no JSON stays one document with all that follows, for the arguments' own reader to say why.</summary>
    private static List<byte[]> Documents(byte[] json)
    {
        var documents = new List<byte[]>();
        var at = 0;
        try
        {
            while (at < json.Length)
            {
                var reader = new Utf8JsonReader(json.AsSpan(at), new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1_000 });
                if (!reader.Read())
                {
                    return documents;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                documents.Add(json[(at + start)..(at + (int)reader.BytesConsumed)]);
                at += (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            documents.Add(json[at..]);
        }

        return documents;
    }
}
