using System.Buffers;
using BridgeMesh.Codecs.Http.Faults;

namespace BridgeMesh.Codecs.Http.Tests.Faults;

public sealed class ErrorBodyTests
{
    [Fact]
    public void Read_TextsThatAreWhole_GivesTheMessage()
    {
        using var error = ErrorBody.Read(Body("{\"message\":\"\\ud83d\\ude00 中\"}"u8), isJson: true, isText: false);
        Assert.Equal("😀 中", error.Message);
    }

    /// <summary>Found by fuzzing: the library's document throws when it looks past such a name.</summary>
    [Theory]
    [InlineData("7b225c7564383030223a312c22223a22227d")]
    [InlineData("7b226d657373616765223a22f222")]
    [InlineData("7b226d657373616765223a22f2227d")]
    [InlineData("7b2274797065223a226e222c22f2223a22222c22223a7b22223a377d2c22223a377d")]
    public void Read_BrokenTexts_GivesNothingAndDoesNotThrow(string hex)
    {
        using var error = ErrorBody.Read(Body(Convert.FromHexString(hex)), isJson: true, isText: false);
        Assert.Null(error.Message);
        Assert.Null(error.ClassName);
    }

    private static ReadOnlySequence<byte> Body(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());
}
