using System.Buffers.Binary;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Java;

/// <summary>Damages class files where it tells: constants that name others, texts that are descriptors, signatures or names, and any byte.</summary>
internal sealed class ClassMutator
{
    private const string SignatureLetters = "LT[;<>:*+-.()^/VIJZQa$";

    private readonly List<(int At, byte Tag)> _constants = [];

    internal void Mutate(ReadOnlySpan<byte> seed, FuzzRandom random, InputBytes into)
    {
        into.Clear();
        into.Add(seed);
        for (var i = random.Skewed(5); i >= 0; i--)
        {
            Index(into.Span);
            if (_constants.Count == 0 || random.Chance(20))
            {
                ByteMutations.One(into, random);
                continue;
            }

            var (at, tag) = _constants[random.Below(_constants.Count)];
            if (tag == 1)
            {
                Text(into, at, random);
            }
            else if (random.Chance(15))
            {
                into.Set(at, (byte)random.Below(22));
            }
            else
            {
                into.PatchUInt16(at + 1 + (random.Chance(50) && tag is not (7 or 8 or 16) ? 2 : 0), random.Below(_constants.Count + 3));
            }
        }

        // Numbers behind the constants name them too: attributes, members, annotations.
        if (random.Chance(50) && _constants.Count > 0 && _constants[^1].At + 8 < into.Length)
        {
            into.PatchUInt16(random.Between(_constants[^1].At + 4, into.Length - 2), random.Below(_constants.Count + 3));
        }
    }

    private static void Text(InputBytes into, int at, FuzzRandom random)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(into.Span[(at + 1)..]);
        var letter = (byte)SignatureLetters[random.Below(SignatureLetters.Length)];
        var place = at + 3 + random.Below(length + 1);
        switch (random.Below(3))
        {
            case 0 when length > 0:
                into.Set(Math.Min(place, at + 2 + length), letter);
                break;
            case 1 when length > 0:
                into.Remove(Math.Min(place, at + 2 + length), 1);
                into.PatchUInt16(at + 1, length - 1);
                break;
            default:
                var times = random.Chance(5) ? random.Between(20, 400) : 1;
                Span<byte> letters = stackalloc byte[times];
                letters.Fill(letter);
                into.Insert(place, letters);
                into.PatchUInt16(at + 1, length + times);
                break;
        }
    }

    /// <summary>Where each constant begins; those before the first broken one.</summary>
    private void Index(ReadOnlySpan<byte> bytes)
    {
        _constants.Clear();
        if (bytes.Length < 10)
        {
            return;
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        for (int at = 10, i = 1; i < count && at + 5 < bytes.Length; i++)
        {
            var tag = bytes[at];
            var length = tag switch
            {
                1 => 3 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]),
                3 or 4 or 9 or 10 or 11 or 12 or 17 or 18 => 5,
                5 or 6 => 9,
                7 or 8 or 16 or 19 or 20 => 3,
                15 => 4,
                _ => 0,
            };
            if (length == 0 || at + length > bytes.Length)
            {
                return;
            }

            _constants.Add((at, tag));
            at += length;
            i += tag is 5 or 6 ? 1 : 0;
        }
    }
}
