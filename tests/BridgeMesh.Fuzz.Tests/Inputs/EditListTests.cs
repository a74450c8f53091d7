using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Tests.Inputs;

public sealed class EditListTests
{
    [Fact]
    public void Edits_OfOneSample_AreAllInItsOwnOffsets()
    {
        var edits = new EditList();
        edits.Replace(4, 2, "XYZ"u8);
        edits.Remove(0, 1);
        edits.Replace(2, 0, "+"u8);
        var into = new InputBytes();
        edits.Apply("abcdefgh"u8, into);
        Assert.Equal("b+cdXYZgh"u8.ToArray(), into.Span.ToArray());
    }

    [Fact]
    public void Edits_ThatOverlap_KeepTheFirst()
    {
        var edits = new EditList();
        edits.Replace(1, 4, "-"u8);
        edits.Replace(2, 1, "never"u8);
        var into = new InputBytes();
        edits.Apply("abcdefgh"u8, into);
        Assert.Equal("a-fgh"u8.ToArray(), into.Span.ToArray());
    }

    [Fact]
    public void HessianMap_ARecordedLikeStream_FindsItsParts()
    {
        // A class with one field, an instance, and an untyped list of two.
        var bytes = Convert.FromHexString("43036f72" + "64910269" + "646090" + "7a0161" + "4e");
        var marks = HessianMap.Of(bytes, draft: false);
        Assert.Contains(new Mark(MarkKind.Definition, 0, 9), marks);
        Assert.Contains(new Mark(MarkKind.Count, 5, 1), marks);
        Assert.Contains(new Mark(MarkKind.Name, 6, 3), marks);
        Assert.Contains(new Mark(MarkKind.Value, 9, 2), marks);
        Assert.Contains(new Mark(MarkKind.Value, 11, 4), marks);
    }
}
