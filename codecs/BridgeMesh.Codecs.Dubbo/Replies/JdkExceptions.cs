using System.Collections.Frozen;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Exceptions of the JDK that every Dubbo 3 consumer decodes whatever its interfaces declare. Its strict check lists classes one by one, so
/// not every <c>java.</c> class is among them: these are the unchecked ones of java.lang, and the checked ones that reflection throws. Seen
/// to pass in recordings of 3.2.16: RuntimeException, IllegalStateException, NullPointerException, StackOverflowError. Source of the rest:
/// org.apache.dubbo.common.utils.DefaultSerializeClassChecker and its security/serialize.allowlist.
/// </summary>
internal static class JdkExceptions
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "java.lang.AbstractMethodError",
        "java.lang.ArithmeticException",
        "java.lang.ArrayIndexOutOfBoundsException",
        "java.lang.ArrayStoreException",
        "java.lang.ClassCastException",
        "java.lang.ClassCircularityError",
        "java.lang.ClassFormatError",
        "java.lang.ClassNotFoundException",
        "java.lang.CloneNotSupportedException",
        "java.lang.EnumConstantNotPresentException",
        "java.lang.Error",
        "java.lang.Exception",
        "java.lang.ExceptionInInitializerError",
        "java.lang.IllegalAccessError",
        "java.lang.IllegalAccessException",
        "java.lang.IllegalArgumentException",
        "java.lang.IllegalMonitorStateException",
        "java.lang.IllegalStateException",
        "java.lang.IllegalThreadStateException",
        "java.lang.IncompatibleClassChangeError",
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
