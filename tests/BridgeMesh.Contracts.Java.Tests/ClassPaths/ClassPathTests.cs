using System.IO.Compression;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Tests.ClassFiles;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Tests.ClassPaths;

public sealed class ClassPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridgemesh-classpath").FullName;
    private readonly List<SourceProblem> _problems = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_OfTwoJarsAndADirectory_FindsTheFirstOfEachName()
    {
        var first = Jar("first.jar", ("com/acme/A.class", Class("com/acme/A")));
        var second = Jar("second.jar", ("com/acme/A.class", [1, 2, 3]), ("com/acme/B.class", Class("com/acme/B")));
        var classes = Path.Combine(_folder, "classes");
        Directory.CreateDirectory(Path.Combine(classes, "com", "acme"));
        File.WriteAllBytes(Path.Combine(classes, "com", "acme", "C.class"), Class("com/acme/C"));
        using var path = ClassPath.Open([first, classes], [second], _problems);
        Assert.Equal(["com.acme.A", "com.acme.C"], path.Roots);
        Assert.Equal(["com.acme.A", "com.acme.B", "com.acme.C"], ((string[])["com.acme.A", "com.acme.B", "com.acme.C"]).Select(n => path.Find(n)?.Name));
        Assert.Null(path.Find("com.acme.D"));
        Assert.Equal(($"{first}!/com/acme/A.class", second), (path.PlaceOf("com.acme.A"), path.FileOf("com.acme.B")));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("../evil/A.class")]
    [InlineData("com/../../A.class")]
    [InlineData("/etc/A.class")]
    [InlineData("com\\acme\\A.class")]
    [InlineData("C:/A.class")]
    public void Open_OfAJarWithAnEntryThatLeavesIt_RefusesTheJar(string entry)
    {
        using var path = ClassPath.Open([Jar("a.jar", (entry, Class("A")), ("B.class", Class("B")))], [], _problems);
        Assert.Empty(path.Roots);
        Assert.Equal($"the entry '{entry}' leads out of the archive", Assert.Single(_problems).Message);
    }

    [Fact]
    public void Find_OfABomb_IsRefusedByItsRatio()
    {
        using var path = ClassPath.Open([Jar("a.jar", ("A.class", new byte[4 << 20]))], [], _problems);
        Assert.Null(path.Find("A"));
        Assert.Equal("the entry grows to more than 200 times its size in the archive", Assert.Single(_problems).Message);
    }

    [Fact]
    public void Find_OfAnEntryTooLarge_IsRefused()
    {
        var noise = new byte[(16 << 20) + 1];
        new Random(1).NextBytes(noise);
        using var path = ClassPath.Open([Jar("a.jar", ("A.class", noise))], [], _problems);
        Assert.Null(path.Find("A"));
        Assert.Equal("the entry has more than 16777216 bytes", Assert.Single(_problems).Message);
    }

    [Fact]
    public void Open_OfAMultiReleaseJar_TakesTheNewest()
    {
        (string, byte[])[] entries =
        [
            ("A.class", Class("A", 52)), ("META-INF/versions/11/A.class", Class("A", 55)), ("META-INF/versions/17/A.class", Class("A", 61)),
            ("META-INF/versions/9/A.class", Class("A", 53)), ("META-INF/versions/9/B.class", Class("B", 53)),
        ];
        using var plain = ClassPath.Open([Jar("plain.jar", entries)], [], _problems);
        using var multi = ClassPath.Open([Jar("multi.jar", [("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMulti-Release: true\r\n"u8.ToArray()), .. entries])], [], _problems);
        Assert.Equal((52, null), (plain.Find("A")?.MajorVersion, plain.Find("B")?.MajorVersion));
        Assert.Equal((61, 53), (multi.Find("A")?.MajorVersion, multi.Find("B")?.MajorVersion));
    }

    [Fact]
    public void Open_OfABootArchive_TakesItsClassesAndNamesTheJarsInside()
    {
        var file = Jar("boot.jar", ("BOOT-INF/classes/com/acme/A.class", Class("com/acme/A")), ("BOOT-INF/lib/spring-web.jar", [1]), ("BOOT-INF/lib/dubbo.jar", [1]));
        using var path = ClassPath.Open([file], [], _problems);
        Assert.NotNull(path.Find("com.acme.A"));
        Assert.StartsWith("the jars inside are not opened: BOOT-INF/lib/spring-web.jar, BOOT-INF/lib/dubbo.jar;", Assert.Single(path.Notes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfWhatIsNoJar_SaysSo()
    {
        var text = Path.Combine(_folder, "text.jar");
        File.WriteAllText(text, "no zip at all");
        var whole = File.ReadAllBytes(Jar("whole.jar", ("A.class", Class("A")), ("B.class", Class("B"))));
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = Path.Combine(_folder, "cut.jar");
            File.WriteAllBytes(cut, whole[..length]);
            _problems.Clear();
            using var path = ClassPath.Open([cut], [], _problems);
            Assert.StartsWith("this is no jar: ", Assert.Single(_problems).Message, StringComparison.Ordinal);
        }

        _problems.Clear();
        using var none = ClassPath.Open([text, Path.Combine(_folder, "missing.jar")], [], _problems);
        Assert.Equal([text, Path.Combine(_folder, "missing.jar")], _problems.Select(static p => p.File));
    }

    [Fact]
    public void Find_OfABrokenClass_TellsOnceWithPlaceAndOffset()
    {
        var file = Jar("a.jar", ("com/acme/A.class", Class("com/acme/A")[..40]));
        using var path = ClassPath.Open([file], [], _problems);
        Assert.Null(path.Find("com.acme.A"));
        Assert.Null(path.Find("com.acme.A"));
        var problem = Assert.Single(_problems);
        Assert.Equal($"{file}!/com/acme/A.class", problem.File);
        Assert.Matches("^com.acme.A: the file ends where [0-9]+ more bytes belong \\(offset [0-9]+\\)$", problem.Message);
    }

    [Fact]
    public void Find_OfAClassOfAnotherName_LeavesItOut()
    {
        using var path = ClassPath.Open([Jar("a.jar", ("com/acme/A.class", Class("com/acme/B")))], [], _problems);
        Assert.Null(path.Find("com.acme.A"));
        Assert.StartsWith("the class is com.acme.B by its own account", Assert.Single(path.Notes).Message, StringComparison.Ordinal);
    }

    private static byte[] Class(string name, int major = 61) => new ClassMaker { Major = major }.Interface(name);

    private string Jar(string name, params (string Path, byte[] Content)[] entries)
    {
        var file = Path.Combine(_folder, name);
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (path, content) in entries)
        {
            using var stream = archive.CreateEntry(path).Open();
            stream.Write(content);
        }

        return file;
    }
}
