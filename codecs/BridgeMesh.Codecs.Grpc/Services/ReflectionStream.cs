using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// One caller's questions and the answers, each when it is asked for. The file that was asked for comes first, and behind it what it imports
/// and was not sent on this stream before.
/// </summary>
internal sealed class ReflectionStream(ReflectionService service, IExchangeDispatcher dispatcher, Exchange exchange, IMessageStream requests) : IMessageStream
{
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);

    public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
    {
        into.Reset();
        if (exchange.Status != ExchangeStatus.Ok || await NextAsync(cancellationToken).ConfigureAwait(false) is not { HasMessage: true })
        {
            return MessageRead.Ended;
        }

        Answer(exchange.Request, into);
        if (!into.Failed)
        {
            return MessageRead.Of;
        }

        exchange.SetFault(ExchangeStatus.ReplyTooLarge, into.Status);
        return MessageRead.Ended;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The next request; nothing where the caller is done, and, with a fault, where it sent what cannot be read or must go.</summary>
    private async ValueTask<MessageRead> NextAsync(CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = requests.ReadAsync(exchange.Request, giveUp.Token).AsTask();
        while (!next.IsCompleted)
        {
            // A caller that keeps its stream open would hold up the drain.
            var exposure = dispatcher.Exposure;
            if (exposure.Phase == ServingPhase.Draining)
            {
                exchange.SetFault(ExchangeStatus.Unavailable, "the gateway stops");
                break;
            }

            await StreamPatience.WaitAsync(Task.WhenAny(next, exposure.Replaced), exchange, dispatcher.Time, cancellationToken).ConfigureAwait(false);
            if (exchange.Status != ExchangeStatus.Ok)
            {
                break;
            }
        }

        if (!next.IsCompleted)
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
        }

        MessageRead read;
        try
        {
            read = await next.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return MessageRead.Ended;
        }

        if (!read.Fault.IsOk)
        {
            exchange.SetFault(BodyFault(read.Fault), read.Fault);
        }

        return exchange.Status == ExchangeStatus.Ok ? read : MessageRead.Ended;
    }

    private static ExchangeStatus BodyFault(in CodecStatus fault) =>
        fault.Error == CodecError.OverBudget ? ExchangeStatus.RequestTooLarge : ExchangeStatus.InvalidArgument;

    private void Answer(ValueTape request, ValueTape into)
    {
        into.BeginObject(null);
        WriteText(into, ReflectionShapes.ValidHost, TextOf(request, 0, ReflectionShapes.Host));
        var described = service.Now();
        var index = described.Index;
        if (AskedFor(request, into, ReflectionShapes.ListServices) is not null)
        {
            WriteServices(into, described.Services);
        }
        else if (AskedFor(request, into, ReflectionShapes.ByFilename) is { } file)
        {
            WriteFile(into, index, index.FindFile(file), described.WhyNot(file));
        }
        else if (AskedFor(request, into, ReflectionShapes.ContainingSymbol) is { } symbol)
        {
            WriteFile(into, index, index.FindSymbol(symbol), described.WhyNot(symbol));
        }
        else if (AskedFor(request, into, ReflectionShapes.ExtensionNumbersOfType) is { } type)
        {
            WriteExtensions(into, type, index.ExtensionNumbers(type));
        }
        else if (request.FindField(0, ReflectionShapes.ContainingExtension) is var extension and >= 0 && request[extension].Kind == ValueKind.Object)
        {
            var extended = TextOf(request, extension, ReflectionShapes.ContainingType);
            var at = request.FindField(extension, ReflectionShapes.ExtensionNumber);
            var number = at >= 0 ? request[at].AsInt32 : 0;
            BeginOriginal(request, into);
            into.Name(ReflectionShapes.ContainingExtension);
            into.BeginObject(null);
            WriteText(into, ReflectionShapes.ContainingType, extended);
            into.Name(ReflectionShapes.ExtensionNumber);
            into.AddInt32(number);
            into.End();
            into.End();
            WriteFile(into, index, index.FindExtension(extended, number), described.WhyNot($"{extended} {number}"));
        }
        else
        {
            BeginOriginal(request, into);
            into.End();
            WriteError(into, GrpcStatus.InvalidArgument, "the request asks for nothing that reflection knows");
        }

        into.End();
    }

    /// <summary>What a text of the oneof asks for, which is repeated in the answer; null where the request asks for something else.</summary>
    private static string? AskedFor(ValueTape request, ValueTape into, FieldName field)
    {
        var at = request.FindField(0, field);
        if (at < 0 || request[at].Kind != ValueKind.String)
        {
            return null;
        }

        BeginOriginal(request, into);
        WriteText(into, field, request.Text(at));
        into.End();
        return request.Text(at);
    }

    private static void BeginOriginal(ValueTape request, ValueTape into)
    {
        into.Name(ReflectionShapes.OriginalRequest);
        into.BeginObject(null);
        WriteText(into, ReflectionShapes.Host, TextOf(request, 0, ReflectionShapes.Host));
    }

    private static void WriteServices(ValueTape into, ImmutableArray<string> services)
    {
        into.Name(ReflectionShapes.ServicesResponse);
        into.BeginObject(null);
        into.Name(ReflectionShapes.Service);
        into.BeginList();
        foreach (var name in services)
        {
            into.BeginObject(null);
            WriteText(into, ReflectionShapes.Name, name);
            into.End();
        }

        into.End();
        into.End();
    }

    private void WriteFile(ValueTape into, DescriptorIndex index, DescribedFile? file, string whyNot)
    {
        if (file is null)
        {
            WriteError(into, GrpcStatus.NotFound, whyNot);
            return;
        }

        into.Name(ReflectionShapes.FileResponse);
        into.BeginObject(null);
        into.Name(ReflectionShapes.FileDescriptors);
        into.BeginList();
        foreach (var next in index.WithImports(file))
        {
            if (_sent.Add(next.Name) || next == file)
            {
                into.AddBytes(next.Descriptor.Span);
            }
        }

        into.End();
        into.End();
    }

    private static void WriteExtensions(ValueTape into, string type, ImmutableArray<int>? numbers)
    {
        if (numbers is not { } found)
        {
            WriteError(into, GrpcStatus.NotFound, $"the gateway does not know {type}");
            return;
        }

        into.Name(ReflectionShapes.ExtensionsResponse);
        into.BeginObject(null);
        WriteText(into, ReflectionShapes.TypeOfExtensions, type);
        into.Name(ReflectionShapes.ExtensionNumber);
        into.BeginList();
        foreach (var number in found)
        {
            into.AddInt32(number);
        }

        into.End();
        into.End();
    }

    private static void WriteError(ValueTape into, int code, string message)
    {
        into.Name(ReflectionShapes.ErrorResponse);
        into.BeginObject(null);
        into.Name(ReflectionShapes.ErrorCode);
        into.AddInt32(code);
        WriteText(into, ReflectionShapes.ErrorMessage, message);
        into.End();
    }

    private static void WriteText(ValueTape into, FieldName field, string text)
    {
        into.Name(field);
        into.AddString(text);
    }

    private static string TextOf(ValueTape tape, int message, FieldName field)
    {
        var at = tape.Count > 0 ? tape.FindField(message, field) : -1;
        return at >= 0 && tape[at].Kind == ValueKind.String ? tape.Text(at) : string.Empty;
    }
}
