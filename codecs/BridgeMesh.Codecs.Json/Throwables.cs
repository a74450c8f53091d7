using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// The fields that java.lang.Throwable itself has, which JSON readers get no sight of: a stack trace tells of the callee's inside, and a
/// cause refers to itself when there is none. Only the message is passed on. Source: java.lang.Throwable's declared fields.
/// </summary>
internal static class Throwables
{
    internal static readonly FieldName DetailMessage = FieldName.Of("detailMessage");
    internal static readonly FieldName Message = FieldName.Of("message");
    internal static readonly FieldName StackTrace = FieldName.Of("stackTrace");
    private static readonly FieldName Cause = FieldName.Of("cause");
    private static readonly FieldName Suppressed = FieldName.Of("suppressedExceptions");
    private static readonly FieldName Depth = FieldName.Of("depth");

    internal static bool IsOwnField(FieldName name) =>
        name == DetailMessage || name == StackTrace || name == Cause || name == Suppressed || name == Depth;
}
