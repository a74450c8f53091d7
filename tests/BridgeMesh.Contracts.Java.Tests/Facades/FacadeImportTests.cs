using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Contracts.Java.Tests.Jdk;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Tests.Facades;

public class FacadeImportTests
{
    private const string Header = "The contract of interop-samples/java/facade as it is imported; a test compares it.";

    [JdkFact]
    public void Import_OfTheSample_IsTheContractThatTheRepositoryHas()
    {
        var written = ContractWriter.Write(NumberPinning.Pin(SampleFacade.Import().Document, null), Header);
        var expected = File.Exists(SampleFacade.Yaml) ? File.ReadAllText(SampleFacade.Yaml) : string.Empty;
        var actual = Path.Combine(AppContext.BaseDirectory, "facade.actual.yaml");
        File.WriteAllText(actual, written);
        Assert.True(written == expected, $"{actual} differs from interop-samples/java/facade.yaml");
    }

    [JdkFact]
    public void Import_WrittenAndReadAgain_SaysTheSame()
    {
        var document = SampleFacade.Import().Document;
        var yaml = ContractWriter.Write(document, Header);
        var direct = ContractLoader.Load([], [document], []);
        var again = ContractLoader.LoadTexts(("facade.yaml", yaml));
        Assert.Empty(direct.Problems);
        Assert.Empty(again.Problems);
        Assert.Equal(7, direct.Contracts.Length);
        Assert.Equal(ShapeText.Of(direct.Contracts), ShapeText.Of(again.Contracts));

        var problems = new List<SourceProblem>();
        var read = ContractLoader.Read([SampleFacade.Yaml], problems);
        Assert.Empty(problems);
        Assert.Equal(File.ReadAllText(SampleFacade.Yaml), ContractWriter.Write(Assert.Single(read), Header));
    }

    [JdkFact]
    public void Import_OfTheSample_HasTheSignaturesOfTheVirtualMachine()
    {
        var loaded = ContractLoader.Load([], [SampleFacade.Import().Document], []);
        var contract = loaded.Contracts.Single(static c => c.Service.Interface == "com.acme.order.OrderService");

        // javap prints each method and, below it, "    descriptor: (…)…"; what the service inherits stands in its parents.
        var classes = SampleFacade.Classes();
        var lines = JavaCompiler.Run("javap", "-s", "-cp", classes, "com.acme.order.OrderService", "com.acme.order.CrudService", "com.acme.order.PingService").Split('\n');
        var descriptors = lines.Where(static l => l.TrimStart().StartsWith("descriptor: (", StringComparison.Ordinal))
            .Select(static l => l[(l.IndexOf('(', StringComparison.Ordinal) + 1)..l.IndexOf(')', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        Assert.All(contract.Methods.Where(static m => !m.ServerStreaming), m => Assert.Contains(m.Signature.Descriptor, descriptors));
        Assert.Equal(22, contract.Methods.Length);
    }

    [JdkFact]
    public void Import_OfTheSample_SaysWhatItLeavesOut()
    {
        var notes = SampleFacade.Import().Notes.Select(static n => n.Message).ToList();
        string[] expected =
        [
            "com.acme.order.CrudService has type variables that nothing stands for: services that extend it have its methods, it is none itself",
            "com.acme.impl.OrderServiceProvider.orders: the group ${orders.group} is a placeholder, which only the running application knows: it is left out",
            "com.acme.order.Order.odd: java.util.Map<com.acme.order.Item, java.lang.String> has keys that JSON cannot name; they are taken for anything",
            "com.acme.order.Order.link: contracts have no form for java.net.URI; it is taken for anything",
            "com.acme.order.Spiral: its fields lead to ever new type arguments; those that grow are taken for anything",
            "com.acme.web.ItemResource.options is not bound to HTTP as annotated: contracts have no verb OPTIONS",
            "com.acme.web.ItemResource.get: the pattern of the path's variable sku is left to the service: [a-z]+",
            "com.acme.web.OrderController.purge is not bound to HTTP as annotated: the path /api/orders/${orders.purge} holds a placeholder, which only the running application knows",
            "com.acme.web.OrderController.pattern is not bound to HTTP as annotated: 'a*' in the path is a pattern",
            "com.acme.web.OrderController.matrix: the parameter colour is a MatrixVariable, which contracts have no form for: it is left out",
            "com.acme.web.OrderController.upload: the parameter file is a org.springframework.web.multipart.MultipartFile, which only HTTP can carry, as what it holds",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), notes.Intersect(expected).Order(StringComparer.Ordinal));
    }

    [JdkFact]
    public void Import_WithoutTheLibraries_NeedsNoneOfTheirAnnotations()
    {
        var problems = new List<SourceProblem>();
        var import = FacadeReader.Read(FacadeSources.Of([SampleFacade.Classes()], [], []), problems);
        Assert.Empty(problems);
        Assert.DoesNotContain(import.MissingClasses, static m => m.Contains("annotation", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(SampleFacade.Yaml), ContractWriter.Write(NumberPinning.Pin(import.Document, null), Header));
    }

    [JdkFact]
    public void Import_OfSomeServices_HasTheirTypesAlone()
    {
        var document = SampleFacade.Import("-parameters", "com.acme.web.Item*", "*.StockFacade").Document;
        Assert.Equal(["com.acme.order.StockFacade", "com.acme.web.ItemResource"], document.Services.Select(static s => s.Name.Text));
        Assert.DoesNotContain(document.Types, static t => t.Name.Text == "com.acme.order.Order");
        Assert.Contains(document.Types, static t => t.Name.Text == "com.acme.order.Item");
    }

    [JdkFact]
    public void ParameterNames_ComeFromWhereTheCompilerPutThem()
    {
        string[] Names(string options, string type, string method)
        {
            var problems = new List<SourceProblem>();
            using var path = ClassPath.Open([SampleFacade.Classes(options)], [], problems);
            return [.. path.Find(type)!.Methods.First(m => m.Name == method && !m.IsSynthetic).ParameterNames]; // a missing class fails here
        }

        const string Service = "com.acme.order.OrderService";
        const string Controller = "com.acme.web.OrderController";
        Assert.Equal(["from", "to"], Names("-parameters", Service, "page"));
        Assert.Equal(["arg0", "arg1"], Names("-g", Service, "page"));
        Assert.Equal(["count", "status", "tenant", "session"], Names("-g", Controller, "find"));
        Assert.Equal(["arg0", "arg1", "arg2", "arg3"], Names("-g:none", Controller, "find"));
        Assert.Equal(["count", "status", "tenant", "session"], Names("-parameters -g:none", Controller, "find"));
    }

    [JdkFact]
    public void Import_WithoutParameterNames_TakesThoseOfTheAnnotations()
    {
        var find = SampleFacade.Import("-g:none").Document.Services.Single(static s => s.Name.Text.EndsWith("ItemResource", StringComparison.Ordinal))
            .Methods.Single(static m => m.Name.Text == "list");
        Assert.Equal(["max", "s"], find.Parameters.Select(static p => p.Name.Text));
    }

    [JdkFact]
    public void Import_OfAClassWithoutItsSuperclass_NamesItOnceWithThoseWhoNeedIt()
    {
        var classes = JavaCompiler.CompileSources(
            "missing",
            ("Gone.java", "package a; public class Gone implements java.io.Serializable { int x; }"),
            ("Kept.java", "package a; public class Kept extends Gone { int y; Gone other; }"),
            ("S.java", "package a; public interface S { Kept get(Gone gone); void put(java.util.List<Gone> all); }"));
        File.Delete(Path.Combine(classes, "a", "Gone.class"));
        var problems = new List<SourceProblem>();
        var import = FacadeReader.Read(FacadeSources.Of([classes], [], []), problems);
        Assert.Empty(problems);
        Assert.Equal("a.Gone", Assert.Single(import.MissingClasses));
        Assert.Equal(
            "the class is not on the class path, so it is taken for anything; a.S.get, a.S.put, a.Kept and 1 more need it: add its jar",
            Assert.Single(import.Notes, static n => n.Place == "a.Gone").Message);
        var loaded = ContractLoader.Load([], [import.Document], problems);
        Assert.Equal(["Ljava/util/List;", "La/Gone;"], Assert.Single(loaded.Contracts).Methods.Select(static m => m.Signature.Descriptor).OrderDescending(StringComparer.Ordinal));
    }

    [JdkFact]
    public void Import_OfABrokenClass_IsAProblemWithItsPlace()
    {
        var classes = JavaCompiler.CompileSources("broken", ("S.java", "public interface S { String get(); }"));
        var file = Path.Combine(classes, "S.class");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^3]);
        var problems = new List<SourceProblem>();
        FacadeReader.Read(FacadeSources.Of([classes], [], []), problems);
        Assert.StartsWith($"{file}: S: the file ends where ", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [JdkFact]
    public void Classes_OfEveryForm_AreReadAsJavapReadsThem()
    {
        var problems = new List<SourceProblem>();
        using var path = ClassPath.Open([SampleFacade.Classes()], [SampleFacade.Annotations], problems);
        var names = path.Roots.Where(n => path.Find(n)?.EnclosingClass is null).ToList();
        var printed = JavaCompiler.Run("javap", ["-p", "-cp", $"{SampleFacade.Classes()}:{SampleFacade.Annotations}", .. names])
            .Split('\n').Where(static l => l.StartsWith("  ", StringComparison.Ordinal) && !l.Contains(" static {}", StringComparison.Ordinal))
            .Select(static l => l.Trim().Replace('/', '.')) // javap writes exceptions beside a thrown variable in the internal form
            .Where(l => !names.Any(n => l.Contains($"{n}(", StringComparison.Ordinal))).Order(StringComparer.Ordinal);
        var ours = names.Select(path.Find).OfType<ClassFile>()
            .SelectMany(static c => c.Fields.Select(Line).Concat(c.Methods.Select(m => Line(c, m))))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            string.Join('\n', printed.Where(static l => !l.Contains('(', StringComparison.Ordinal))),
            string.Join('\n', ours.Where(static l => !l.Contains('(', StringComparison.Ordinal))));
        Assert.Equal(string.Join('\n', printed), string.Join('\n', ours));
    }

    private static string Line(JavaField field) => $"{Modifiers(field.Access)}{(field.IsTransient ? "transient " : string.Empty)}{field.Type} {field.Name};";

    private static string Line(ClassFile type, JavaMethod method)
    {
        var parameters = method.Signature.Parameters.Select(static p => p.ToString()!).ToList(); // every type has a text
        if (((int)method.Access & 0x80) != 0)
        {
            parameters[^1] = parameters[^1][..^2] + "...";
        }

        var variables = method.Signature.TypeParameters.IsEmpty ? string.Empty
            : $"<{string.Join(", ", method.Signature.TypeParameters.Select(static p => $"{p.Name} extends {string.Join(" & ", p.Bounds)}"))}> ";
        var throws = method.Signature.Throws.IsEmpty ? string.Empty : $" throws {string.Join(", ", method.Signature.Throws)}";
        var form = type.Access.HasFlag(ClassAccess.Interface) && !method.IsAbstract && !method.IsStatic ? "default " : string.Empty;
        return $"{Modifiers(method.Access)}{form}{variables}{method.Signature.Returns} {method.Name}({string.Join(", ", parameters)}){throws};";
    }

    private static string Modifiers(ClassAccess access) => string.Concat(Words(access));

    private static IEnumerable<string> Words(ClassAccess access)
    {
        (ClassAccess Flag, string Word)[] words =
        [
            (ClassAccess.Public, "public "), (ClassAccess.Private, "private "), (ClassAccess.Protected, "protected "), (ClassAccess.Abstract, "abstract "),
            (ClassAccess.Static, "static "), (ClassAccess.Final, "final "),
        ];
        return words.Where(w => access.HasFlag(w.Flag)).Select(static w => w.Word);
    }
}
