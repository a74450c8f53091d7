namespace BridgeMesh.Values;

/// <summary>
/// The neutral form of a Java exception: an Object under its class name, with the fields that java.lang.Throwable has in every JDK since 7
/// beside the class's own. Any of them may be missing where the sender was no JVM. A cause is another such object; Java says that there is
/// none with a reference to the exception itself. Source: java.lang.Throwable's declared fields.
/// </summary>
public static class ThrowableValue
{
    /// <summary>Causes that are followed: chains of real programs have below ten, and one from the wire may have no end.</summary>
    public const int MaxCauses = 16;

    /// <summary>Longest message of a cause that goes to a caller, in UTF-16 units: a sentence; more is a dump.</summary>
    private const int MaxMessage = 1_024;

    public static FieldName Message { get; } = FieldName.Of("detailMessage");

    public static FieldName Cause { get; } = FieldName.Of("cause");

    public static FieldName StackTrace { get; } = FieldName.Of("stackTrace");

    public static FieldName Suppressed { get; } = FieldName.Of("suppressedExceptions");

    /// <summary>Whether Throwable itself declares the field, rather than one of its subclasses.</summary>
    public static bool IsOwnField(FieldName name) => name == Message || name == Cause || name == StackTrace || name == Suppressed;

    /// <summary>The object that is the exception's cause; -1 without one.</summary>
    public static int CauseOf(ValueTape tape, int index)
    {
        var found = tape.FindField(index, Cause);
        found = found < 0 ? found : tape.Resolve(found);
        return found >= 0 && found != index && tape[found] is { Kind: ValueKind.Object, Type: not null } ? found : -1;
    }

    /// <summary>The exception's own message without a stack trace in it; null when it has none.</summary>
    public static string? MessageOf(ValueTape tape, int index)
    {
        var found = tape.FindField(index, Message);
        found = found < 0 ? found : tape.Resolve(found);
        return found >= 0 && tape[found].Kind == ValueKind.String ? WithoutStack(tape.Text(found)) : null;
    }

    /// <summary>Whether the sender was a JVM, so that its receiver may have the class: others have no stack to send.</summary>
    public static bool IsFromJava(ValueTape tape, int index) =>
        tape.FindField(index, StackTrace) is >= 0 and var found && tape[tape.Resolve(found)].Kind is ValueKind.Array;

    // Frameworks that replace an exception put the stack of the replaced one into the message.
    private static string WithoutStack(string text)
    {
        var at = text.IndexOf("\n\tat ", StringComparison.Ordinal);
        text = at < 0 ? text : text[..at].TrimEnd('\r');
        return text.Length > MaxMessage ? string.Concat(text.AsSpan(0, MaxMessage), "…") : text;
    }
}
