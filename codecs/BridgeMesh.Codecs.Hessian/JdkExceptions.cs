using System.Collections.Frozen;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// Exceptions of java.lang that every Dubbo 3 consumer decodes whatever its interfaces declare. Its strict check takes each line of the
/// list as the beginning of a name: <c>java.lang.Class</c> lets ClassCastException pass, <c>java.lang.Exception</c>
/// ExceptionInInitializerError. Not on it, though unchecked: ArithmeticException, ArrayIndexOutOfBoundsException,
/// UnsupportedOperationException, AbstractMethodError and Error itself. Source: dubbo-common's security/serialize.allowlist, read by
/// org.apache.dubbo.common.utils.DefaultSerializeClassChecker. Seen to pass in recordings of 3.2.16: RuntimeException,
/// IllegalStateException, NullPointerException, StackOverflowError.
/// </summary>
internal static class JdkExceptions
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "java.lang.ClassCastException",
        "java.lang.ClassCircularityError",
        "java.lang.ClassFormatError",
        "java.lang.ClassNotFoundException",
        "java.lang.Exception",
        "java.lang.ExceptionInInitializerError",
        "java.lang.IllegalAccessError",
        "java.lang.IllegalAccessException",
        "java.lang.IllegalArgumentException",
        "java.lang.IllegalMonitorStateException",
        "java.lang.IllegalStateException",
        "java.lang.IllegalThreadStateException",
        "java.lang.IndexOutOfBoundsException",
        "java.lang.InstantiationError",
        "java.lang.InstantiationException",
        "java.lang.InternalError",
        "java.lang.InterruptedException",
        "java.lang.LinkageError",
        "java.lang.NegativeArraySizeException",
        "java.lang.NoClassDefFoundError",
        "java.lang.NoSuchFieldError",
        "java.lang.NoSuchFieldException",
        "java.lang.NoSuchMethodError",
        "java.lang.NoSuchMethodException",
        "java.lang.NullPointerException",
        "java.lang.NumberFormatException",
        "java.lang.OutOfMemoryError",
        "java.lang.RuntimeException",
        "java.lang.SecurityException",
        "java.lang.StackOverflowError",
        "java.lang.StringIndexOutOfBoundsException",
        "java.lang.TypeNotPresentException",
        "java.lang.VerifyError");

    internal static bool Contains(string name) => Names.Contains(name);
}
