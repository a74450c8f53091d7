using System.Buffers.Binary;
using System.Text;

namespace BridgeMesh.Contracts.Java.Tests.ClassFiles;

/// <summary>Writes class files that no compiler would: each part as the test gives it.</summary>
internal sealed class ClassMaker
{
    private readonly List<byte[]> _constants = [];
    private readonly List<(int Name, byte[] Content)> _attributes = [];

    public int Major { get; set; } = 61;

    public int Utf8(string text) => Utf8(Encoding.UTF8.GetBytes(text));

    public int Utf8(byte[] text) => Add([1, .. U2(text.Length), .. text]);

    public int Class(string name) => Add([7, .. U2(Utf8(name))]);

    public int NameAndType(string name, string descriptor) => Add([12, .. U2(Utf8(name)), .. U2(Utf8(descriptor))]);

    public int Method(string type, string name, string descriptor) => Add([10, .. U2(Class(type)), .. U2(NameAndType(name, descriptor))]);

    public int Handle(int kind, int target) => Add([15, (byte)kind, .. U2(target)]);

    public int Dynamic(int bootstrap, int nameAndType) => Add([17, .. U2(bootstrap), .. U2(nameAndType)]);

    /// <summary>A constant's tag and content.</summary>
    public int Add(byte[] constant)
    {
        _constants.Add(constant);
        return _constants.Count;
    }

    public void Attribute(string name, params byte[] content) => _attributes.Add((Utf8(name), content));

    /// <summary>A public interface of this name without members.</summary>
    public byte[] Interface(string name)
    {
        var self = Class(name);
        var parent = Class("java/lang/Object");
        return
        [
            0xCA, 0xFE, 0xBA, 0xBE, 0, 0, .. U2(Major), .. U2(_constants.Count + 1), .. _constants.SelectMany(static c => c),
            .. U2(0x0601), .. U2(self), .. U2(parent), 0, 0, 0, 0, 0, 0, .. U2(_attributes.Count),
            .. _attributes.SelectMany(static a => (byte[])[.. U2(a.Name), .. U4(a.Content.Length), .. a.Content]),
        ];
    }

    public static byte[] U2(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] U4(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
