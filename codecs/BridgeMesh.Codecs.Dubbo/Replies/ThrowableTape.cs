using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Builds a Throwable with the four fields of the JDK's in the form and order in which hessian-lite writes them: no suppressed exceptions,
/// an empty stack, and a cause that refers to the exception itself when it has none. A field of another form makes Java's decoder fail or
/// leaves an exception that cannot be printed. Source: java.lang.Throwable, and recordings of status 20 with flag 3.
/// </summary>
internal static class ThrowableTape
{
    private static readonly FieldName SuppressedExceptions = FieldName.Of("suppressedExceptions");
    private static readonly FieldName StackTrace = FieldName.Of("stackTrace");
    private static readonly FieldName Cause = FieldName.Of("cause");
    private static readonly FieldName DetailMessage = FieldName.Of("detailMessage");
    private static readonly TypeName EmptyList = TypeName.Of("java.util.Collections$EmptyList");
    private static readonly TypeName StackTraceElements = TypeName.Of("[java.lang.StackTraceElement");

    /// <summary>Begins the object with its four fields; the caller adds the class's own ones and ends it.</summary>
    internal static void Begin(ValueTape into, TypeName type, string? message)
    {
        var self = into.BeginObject(type);
        AddNoSuppressed(into);
        AddNoStack(into);
        AddSelf(into, self);
        AddMessage(into, message);
    }

    internal static void Write(ValueTape into, TypeName type, string? message)
    {
        Begin(into, type, message);
        into.End();
    }

    /// <summary>Takes over every field that the source has in decodable form, and a cause whose class may pass.</summary>
    internal static void Write(ValueTape into, TypeName type, string? message, ValueTape source, Func<TypeName?, bool> mayPass)
    {
        using var transfer = new TapeTransfer(source, into);
        var self = into.BeginObject(type);
        transfer.Moved(0, self);
        if (!TryCopy(in transfer, SuppressedExceptions, ValueKind.List))
        {
            AddNoSuppressed(into);
        }

        if (!TryCopy(in transfer, StackTrace, ValueKind.Array))
        {
            AddNoStack(into);
        }

        var cause = Find(source, Cause);
        if (cause < 0 || !mayPass(source[cause].Type) || !TryCopy(in transfer, Cause, ValueKind.Object))
        {
            AddSelf(into, self);
        }

        if (!TryCopy(in transfer, DetailMessage, ValueKind.String))
        {
            AddMessage(into, message);
        }

        var end = source.Next(0);
        for (var child = 1; child < end && !into.Failed; child = source.Next(child))
        {
            if (source[child].Name is { } name && !IsThrowables(name))
            {
                into.Name(name);
                transfer.Value(child);
            }
        }

        into.End();
    }

    private static bool IsThrowables(FieldName name) =>
        name.Text is "suppressedExceptions" or "stackTrace" or "cause" or "detailMessage";

    private static int Find(ValueTape source, FieldName name)
    {
        var found = source.FindField(0, name);
        return found < 0 ? found : source.Resolve(found);
    }

    private static bool TryCopy(in TapeTransfer transfer, FieldName name, ValueKind kind)
    {
        var found = Find(transfer.From, name);
        if (found < 0 || transfer.From[found].Kind != kind)
        {
            return false;
        }

        transfer.Into.Name(name);
        transfer.Value(transfer.From.FindField(0, name));
        return true;
    }

    private static void AddNoSuppressed(ValueTape into)
    {
        into.Name(SuppressedExceptions);
        into.BeginList(EmptyList);
        into.End();
    }

    private static void AddNoStack(ValueTape into)
    {
        into.Name(StackTrace);
        into.BeginArray(StackTraceElements);
        into.End();
    }

    private static void AddSelf(ValueTape into, int self)
    {
        into.Name(Cause);
        if (self < 0)
        {
            into.AddNull();
        }
        else
        {
            into.AddReference(self);
        }
    }

    private static void AddMessage(ValueTape into, string? message)
    {
        into.Name(DetailMessage);
        if (message is null)
        {
            into.AddNull();
        }
        else
        {
            into.AddString(message);
        }
    }
}
