using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>The class under which an exception goes to a caller in Java.</summary>
/// <param name="Type">A class that the caller has, so that it can decode and catch the exception.</param>
/// <param name="Fields">The fields that a contract gives that class; all of them are written, missing ones as null. Null when none knows it.</param>
/// <param name="IsOwn">
/// It is the exception's own class. Otherwise another one stands for it: its message names the own class, and of the exception's fields only
/// those go out that <paramref name="Fields"/> has.
/// </param>
public readonly record struct ThrowableClass(TypeName Type, StructShape? Fields = null, bool IsOwn = true);

/// <summary>Decides on the class of an exception, and of each of its causes.</summary>
/// <param name="type">The exception's own class.</param>
/// <param name="isFromJava">Whether a JVM sent the exception.</param>
public delegate ThrowableClass ThrowableNaming(TypeName type, bool isFromJava);
