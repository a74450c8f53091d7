using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Finds the overload that a JSON body calls: by the names of its members, or for an array by its length, and where several are left by
/// what kinds of JSON values stand there. Stateless; safe for any thread.
/// </summary>
public static class JsonOverloads
{
    /// <summary>
    /// Chooses. For an object, first come overloads whose parameters are its members exactly, then those that miss only arguments which may
    /// be null, then one whose only parameter is a class with such members, then those that do not know all members. Names are compared as
    /// they stand in the body, without escapes.
    /// </summary>
    /// <param name="maxDepth">Nested containers that the body may have, 1 to 1,000.</param>
    /// <returns>Ok with the method, or a fault that lists what there is.</returns>
    public static CodecStatus Select(
        in ReadOnlySequence<byte> payload, ImmutableArray<MethodShape> overloads, int maxDepth, out MethodShape? chosen)
    {
        chosen = null;
        using var bytes = new ContiguousBytes(payload);
        var scanner = new JsonScanner(bytes.Span, 0);
        var seen = new List<Seen>();
        List<MethodShape> candidates;
        if (scanner.AtEnd())
        {
            candidates = [.. overloads.Where(static o => o.Parameters.IsEmpty)];
        }
        else if (scanner.Peek() == JsonToken.Array)
        {
            if (!TryElements(ref scanner, maxDepth, seen))
            {
                return CodecStatus.Fail(scanner.Error, scanner.Detail, scanner.Offset);
            }

            candidates = [.. overloads.Where(o => o.Parameters.Length == seen.Count)];
        }
        else if (scanner.Peek() == JsonToken.Object)
        {
            if (!TryMembers(ref scanner, maxDepth, overloads, seen))
            {
                return CodecStatus.Fail(scanner.Error, scanner.Detail, scanner.Offset);
            }

            candidates = ByNames(overloads, seen);
        }
        else
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, "the body must be an object of named arguments, or an array", scanner.Offset);
        }

        var body = bytes.Span.ToArray();
        var fitting = 0;
        chosen = candidates.Count == 1
            ? candidates[0]
            : OverloadChoice.Best(candidates, seen.Count, (o, i) => FitOf(o, seen[i], i, body), out fitting);
        if (chosen is not null)
        {
            return CodecStatus.Ok;
        }

        var name = overloads[0].Name;
        return CodecStatus.Fail(
            CodecError.TypeMismatch,
            fitting > 1
                ? $"{name} is ambiguous for this body; there are {OverloadChoice.List(overloads)}"
                : $"no overload of {name} takes this body; there are {OverloadChoice.List(overloads)}",
            path: "args");
    }

    /// <summary>An argument as it stands in the body; without a name in an array and for a member that no overload has.</summary>
    private readonly record struct Seen(string? Name, bool IsKnown, JsonToken Token, int Start, int End);

    private static bool TryElements(ref JsonScanner scanner, int maxDepth, List<Seen> seen)
    {
        scanner.TryTake((byte)'[');
        while (!scanner.TryTake((byte)']'))
        {
            if (seen.Count > 0 && !scanner.Expect((byte)',', "expected a comma or ]"))
            {
                return false;
            }

            var token = scanner.Peek();
            var start = scanner.Position;
            if (!scanner.Skip(maxDepth))
            {
                return false;
            }

            seen.Add(new Seen(null, true, token, start, scanner.Position));
        }

        return scanner.ExpectEnd();
    }

    private static bool TryMembers(ref JsonScanner scanner, int maxDepth, ImmutableArray<MethodShape> overloads, List<Seen> seen)
    {
        scanner.TryTake((byte)'{');
        var first = true;
        var knowsAll = true;
        while (!scanner.TryTake((byte)'}'))
        {
            if ((!first && !scanner.Expect((byte)',', "expected a comma or }"))
                || !scanner.TryText(out var text) || !scanner.Expect((byte)':', "expected a colon"))
            {
                return false;
            }

            first = false;
            var known = NameOf(overloads, text.Raw);
            var token = scanner.Peek();
            var start = scanner.Position;
            if (!scanner.Skip(maxDepth))
            {
                return false;
            }

            // Of members that nobody knows one stands for all: a body may have a million of them.
            if (known is not null || knowsAll)
            {
                seen.Add(new Seen(known, known is not null, token, start, scanner.Position));
                knowsAll &= known is not null;
            }

            if (seen.Count > MaxMembers)
            {
                break;
            }
        }

        return scanner.Error == CodecError.None;
    }

    /// <summary>A member may come twice, and is then refused by the reader; so many are never arguments.</summary>
    private const int MaxMembers = 1_024;

    private static string? NameOf(ImmutableArray<MethodShape> overloads, ReadOnlySpan<byte> name)
    {
        foreach (var overload in overloads)
        {
            foreach (var parameter in overload.Parameters)
            {
                if (parameter.Field.Utf8.SequenceEqual(name))
                {
                    return parameter.Name;
                }

                // A member of a class that is the body itself.
                if (overload.Parameters.Length == 1 && parameter.Type.Struct is { } fields && fields.Find(name) is >= 0 and var ordinal)
                {
                    return fields.Fields[ordinal].Name.Text;
                }
            }
        }

        return null;
    }

    private static List<MethodShape> ByNames(ImmutableArray<MethodShape> overloads, List<Seen> seen)
    {
        var best = 0;
        var candidates = new List<MethodShape>();
        foreach (var overload in overloads)
        {
            var rank = RankOf(overload, seen);
            if (rank > best)
            {
                best = rank;
                candidates.Clear();
            }

            if (rank == best && rank > 0)
            {
                candidates.Add(overload);
            }
        }

        return candidates;
    }

    private static int RankOf(MethodShape overload, List<Seen> seen)
    {
        var named = seen.Count(s => s.Name is { } name && overload.Parameters.Any(p => p.Name == name));
        var missing = overload.Parameters.Where(p => !seen.Exists(s => s.Name == p.Name)).ToList();
        var mayMiss = missing.TrueForAll(static p => p.Type.Nullable);
        if (named == seen.Count && mayMiss)
        {
            return missing.Count == 0 ? 5 : 4;
        }

        if (named > 0)
        {
            return mayMiss ? 2 : 0;
        }

        // The body itself may be the argument.
        var members = overload.Parameters is [{ Type.Struct: { } fields }] ? seen.Count(s => s.Name is { } name && fields.Find(name) >= 0) : 0;
        return members == 0 ? 0 : members == seen.Count ? 3 : 1;
    }

    private static int FitOf(MethodShape overload, Seen argument, int position, byte[] body)
    {
        if (argument.Name is null)
        {
            return argument.IsKnown ? FitOf(overload.Parameters[position].Type, argument, body) : OverloadChoice.Unknown;
        }

        foreach (var parameter in overload.Parameters)
        {
            if (parameter.Name == argument.Name)
            {
                return FitOf(parameter.Type, argument, body);
            }
        }

        return OverloadChoice.Unknown;
    }

    private static int FitOf(TypeShape type, Seen argument, byte[] body) => argument.Token switch
    {
        _ when type.Kind == ShapeKind.Any => OverloadChoice.Unknown,
        JsonToken.Null => type.Nullable ? OverloadChoice.Unknown : OverloadChoice.Unfit,
        JsonToken.True or JsonToken.False => type.Kind == ShapeKind.Bool ? OverloadChoice.Exact : OverloadChoice.Unfit,
        JsonToken.Number => FitOfNumber(type, body.AsSpan(argument.Start..argument.End)),
        JsonToken.String => FitOfString(type, body.AsSpan((argument.Start + 1)..(argument.End - 1))),
        JsonToken.Array => type.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array ? OverloadChoice.Exact : OverloadChoice.Unfit,
        JsonToken.Object => type.Kind switch
        {
            ShapeKind.Struct => OverloadChoice.Exact,
            ShapeKind.Map => OverloadChoice.Close,
            _ => OverloadChoice.Unfit,
        },
        _ => OverloadChoice.Unfit,
    };

    private static int FitOfNumber(TypeShape type, ReadOnlySpan<byte> text)
    {
        var isWhole = text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;
        return type.Kind switch
        {
            ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 =>
                isWhole && Holds(type.Kind, text) ? OverloadChoice.Exact : OverloadChoice.Unfit,
            ShapeKind.BigInteger => isWhole ? OverloadChoice.Close : OverloadChoice.Unfit,
            ShapeKind.Float32 or ShapeKind.Float64 => isWhole ? OverloadChoice.Close : OverloadChoice.Exact,
            ShapeKind.Decimal => OverloadChoice.Close,
            ShapeKind.Instant => isWhole ? OverloadChoice.Convertible : OverloadChoice.Unfit,
            _ => OverloadChoice.Unfit,
        };
    }

    private static bool Holds(ShapeKind kind, ReadOnlySpan<byte> text) => NumberText.TryInt64(text, out var value) && kind switch
    {
        ShapeKind.Int8 => value == (sbyte)value,
        ShapeKind.Int16 => value == (short)value,
        ShapeKind.Int32 => value == (int)value,
        _ => true,
    };

    private static int FitOfString(TypeShape type, ReadOnlySpan<byte> text) => type.Kind switch
    {
        ShapeKind.String => OverloadChoice.Close,
        ShapeKind.Enum => type.Enum is { } declared && declared.Find(text) >= 0 ? OverloadChoice.Exact : OverloadChoice.Unfit,
        ShapeKind.Char => text.Length == 1 ? OverloadChoice.Convertible : OverloadChoice.Unfit,
        ShapeKind.Int64 or ShapeKind.BigInteger or ShapeKind.Decimal =>
            NumberText.TryFloat64(text, out _) ? OverloadChoice.Convertible : OverloadChoice.Unfit,
        ShapeKind.Instant => IsoInstant.TryParse(text, out _, out _) ? OverloadChoice.Exact : OverloadChoice.Unfit,
        ShapeKind.Text => JavaText.IsValid(type.JavaType, text) ? OverloadChoice.Exact : OverloadChoice.Unfit,
        ShapeKind.Bytes => OverloadChoice.Convertible,
        _ => OverloadChoice.Unfit,
    };
}
