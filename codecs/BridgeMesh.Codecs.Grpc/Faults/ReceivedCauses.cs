using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>
/// Gives an exception the causes that another gateway names in its ErrorInfo, a line for each as Java prints them: <c>class: message</c>. A
/// line that names no class goes on with the message before it.
/// </summary>
internal static class ReceivedCauses
{
    /// <summary>Adds them to the exception in the reply, which is made where only its class is known.</summary>
    internal static void Add(Exchange exchange, string causes)
    {
        var reply = exchange.Reply;
        var type = exchange.ExceptionType;
        if (type is null || (reply.Count > 0 && (reply[0].Kind != ValueKind.Object || reply.FindField(0, ThrowableValue.Cause) >= 0)))
        {
            return;
        }

        // An object that has ended takes no more fields: it is written anew, once more in a tape of its own.
        using var declared = new ValueTape(reply.Budget);
        if (reply.Count > 0)
        {
            using var aside = new TapeTransfer(reply, declared);
            aside.Value(0);
        }

        reply.Reset();
        reply.BeginObject(type);
        if (declared.Count > 0)
        {
            using var back = new TapeTransfer(declared, reply);
            for (var field = 1; field < declared.Next(0) && !reply.Failed; field = declared.Next(field))
            {
                if (declared[field].Name is { } name)
                {
                    reply.Name(name);
                    back.Value(field);
                }
            }
        }

        AddNested(causes, reply);
        reply.End();
        if (reply.Failed)
        {
            reply.Reset();
        }
    }

    /// <summary>The class at the beginning of a line; null where there is none.</summary>
    internal static string? ClassIn(string line)
    {
        var end = line.IndexOf(':', StringComparison.Ordinal);
        var name = end < 0 ? line : line[..end];
        if (!name.Contains('.', StringComparison.Ordinal) || name is ['.', ..] or [.., '.'])
        {
            return null;
        }

        foreach (var character in name)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('.' or '_' or '$'))
            {
                return null;
            }
        }

        return name;
    }

    private static void AddNested(string causes, ValueTape into)
    {
        var open = 0;
        string? message = null;
        foreach (var line in causes.Split('\n'))
        {
            if (ClassIn(line) is not { } name)
            {
                message = message is null ? null : $"{message}\n{line}";
                continue;
            }

            AddMessage(message, into);
            message = null;
            if (open == ThrowableValue.MaxCauses)
            {
                break;
            }

            into.Name(ThrowableValue.Cause);
            into.BeginObject(TypeName.Of(name));
            open++;
            message = line.Length > name.Length + 1 ? line[(name.Length + 1)..].TrimStart(' ') : null;
        }

        AddMessage(message, into);
        for (; open > 0; open--)
        {
            into.End();
        }
    }

    private static void AddMessage(string? message, ValueTape into)
    {
        if (message is not null)
        {
            into.Name(ThrowableValue.Message);
            into.AddString(message);
        }
    }
}
