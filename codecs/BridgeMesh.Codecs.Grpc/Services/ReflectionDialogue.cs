using System.Threading.Channels;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// One stream of questions to a server's reflection, each asked when the one before was answered. Opened with the first. For one thread at a
/// time.
/// </summary>
internal sealed class ReflectionDialogue : IMessageStream, IAttemptSink
{
    private readonly Exchange _exchange = new();
    private readonly IUpstreamChannel _channel;
    private readonly Channel<(FieldName Field, string Text)> _questions = Channel.CreateBounded<(FieldName, string)>(1);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOpen;
    private bool _hasAnswer;

    internal ReflectionDialogue(IUpstreamChannel channel, ServiceInstance instance, ServiceContract contract, ContractSourceSettings settings)
    {
        _channel = channel;
        _exchange.Service = _exchange.CalleeService = contract.Service;
        _exchange.Contract = contract;
        _exchange.Shape = contract.Methods[0];
        _exchange.Method = contract.Methods[0].Name;
        _exchange.Instance = instance;
        _exchange.Lane = Lane.Translate;
        _exchange.CallerTimeoutMs = _exchange.RemainingMs = settings.TimeoutMs;
        _exchange.Deadline = settings.Time.GetTimestamp() + (settings.TimeoutMs * settings.Time.TimestampFrequency / 1_000);
        _exchange.RequestStream = this;
    }

    /// <summary>The server does not have this version of the service.</summary>
    internal bool IsUnknown => !_hasAnswer && _exchange.Status == ExchangeStatus.Unimplemented;

    /// <summary>Why the last answer was none.</summary>
    internal string Problem { get; private set; } = string.Empty;

    /// <summary>All services that the server names; null after a problem.</summary>
    internal async ValueTask<List<string>?> ServicesAsync(CancellationToken end)
    {
        if (!await AskAsync(ReflectionShapes.ListServices, "*", end).ConfigureAwait(false))
        {
            return null;
        }

        var (tape, list) = (_exchange.Reply, InAnswer(ReflectionShapes.ServicesResponse, ReflectionShapes.Service));
        var names = new List<string>();
        for (var (at, i) = (list + 1, 0); list >= 0 && i < tape[list].Count; i++, at = tape.Next(at))
        {
            var name = tape[at].Kind == ValueKind.Object ? tape.FindField(at, ReflectionShapes.Name) : -1;
            if (name >= 0 && tape[name].Kind == ValueKind.String)
            {
                names.Add(tape.Text(name));
            }
        }

        return names;
    }

    /// <summary>
    /// Descriptors of the file with this name, or with this symbol, and perhaps of what it imports; none where there is none, null after a
    /// problem.
    /// </summary>
    internal async ValueTask<List<ReadOnlyMemory<byte>>?> FilesAsync(string name, bool isFile, CancellationToken end)
    {
        if (!await AskAsync(isFile ? ReflectionShapes.ByFilename : ReflectionShapes.ContainingSymbol, name, end).ConfigureAwait(false))
        {
            return null;
        }

        var (tape, list) = (_exchange.Reply, InAnswer(ReflectionShapes.FileResponse, ReflectionShapes.FileDescriptors));
        var files = new List<ReadOnlyMemory<byte>>();
        for (var (at, i) = (list + 1, 0); list >= 0 && i < tape[list].Count; i++, at = tape.Next(at))
        {
            files.Add(tape.Utf8(at).ToArray());
        }

        var error = InAnswer(ReflectionShapes.ErrorResponse, ReflectionShapes.ErrorMessage);
        Problem = error >= 0 && tape[error].Kind == ValueKind.String ? tape.Text(error) : "the answer holds no file";
        return files;
    }

    /// <summary>The channel's side: the next question, when there is one.</summary>
    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        into.Reset();
        if (!await _questions.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) || !_questions.Reader.TryRead(out var question))
        {
            return MessageRead.Ended;
        }

        into.BeginObject(null);
        into.Name(question.Field);
        into.AddString(question.Text);
        into.End();
        return MessageRead.Of;
    }

    public void OnAttemptCompleted(Exchange exchange) => _opened.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        _questions.Writer.TryComplete();
        if (_isOpen)
        {
            // Only now does nobody touch the exchange any more.
            _channel.Cancel(_exchange);
            await _opened.Task.ConfigureAwait(false);
            if (_exchange.ReplyStream is { } replies)
            {
                await replies.DisposeAsync().ConfigureAwait(false);
            }
        }

        _exchange.Request.Dispose();
        _exchange.Reply.Dispose();
    }

    /// <summary>False after a problem of the stream's.</summary>
    private async ValueTask<bool> AskAsync(FieldName field, string text, CancellationToken end)
    {
        await _questions.Writer.WriteAsync((field, text), end).ConfigureAwait(false);
        if (!_isOpen)
        {
            _isOpen = true;
            _channel.Send(_exchange, this);
            await _opened.Task.WaitAsync(end).ConfigureAwait(false);
        }

        if (_exchange.ReplyStream is { } replies && (await replies.ReadAsync(_exchange.Reply, end).ConfigureAwait(false)).HasMessage)
        {
            _hasAnswer = true;
            return true;
        }

        Problem = _exchange.Status == ExchangeStatus.Ok ? "the server ended its answers" : _exchange.Message ?? _exchange.Status.ToString();
        return false;
    }

    private int InAnswer(FieldName answer, FieldName field)
    {
        var tape = _exchange.Reply;
        var at = tape.FindField(0, answer);
        return at >= 0 && tape[at].Kind == ValueKind.Object ? tape.FindField(at, field) : -1;
    }
}
