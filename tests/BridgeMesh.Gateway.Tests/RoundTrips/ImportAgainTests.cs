using System.IO.Compression;
using BridgeMesh.Contracts.Java.Tests.Jdk;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.RoundTrips;

/// <summary>A jar that is imported by the command again, as it is and as its next version: what callers' .proto files hold stays.</summary>
public sealed class ImportAgainTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [JdkFact]
    public async Task Import_OfTheSameJarOntoItsFile_WritesTheSameBytes()
    {
        First();
        var first = await ImportAsync("orders.yaml");
        Assert.Contains("    numbers: { id: 1, note: 2, count: 3 }\n", first, StringComparison.Ordinal);
        Assert.Equal(first, await ImportAsync("orders.yaml"));
    }

    [JdkFact]
    public async Task Import_OfAChangedJar_KeepsNumbersAndReservesWhatIsGone()
    {
        First();
        var first = await ImportAsync("orders.yaml");
        Second();
        var second = await ImportAsync("orders.yaml");
        Assert.Contains("    numbers: { id: 1, count: 3, extra: 4 }\n    reserved: [2, note]\n", second, StringComparison.Ordinal);
        Assert.Contains("    reserved: [gone]\n", second, StringComparison.Ordinal);
        Assert.Contains("proto: findByArg0AndArg1\n", second, StringComparison.Ordinal);
        Assert.Equal(second, await ImportAsync("orders.yaml"));

        // Without the file that was there nobody knows of the first version.
        var fresh = await ImportAsync("fresh.yaml");
        Assert.Contains("    numbers: { id: 1, count: 2, extra: 3 }\n", fresh, StringComparison.Ordinal);

        // --keep names it, whatever --out is, and leaves it alone.
        _folder.Write("kept.yaml", first);
        Assert.Equal(second, await ImportAsync("fresh.yaml", "--keep", "kept.yaml"));
        Assert.Equal(first, await File.ReadAllTextAsync(_folder.File("kept.yaml")));
        Assert.Equal(ExitCodes.Ok, await InvokeAsync("--keep", "kept.yaml"));
        Assert.Equal(second, _output.ToString());
    }

    [JdkFact]
    public async Task Import_OntoAFileThatCannotBeRead_WritesNothing()
    {
        First();
        _folder.Write("orders.yaml", "types: [");
        Assert.Equal(ExitCodes.Configuration, await InvokeAsync("--out", "orders.yaml"));
        Assert.Contains("orders.yaml:2:1: not valid YAML: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("types: [", await File.ReadAllTextAsync(_folder.File("orders.yaml")));
        Assert.Equal(ExitCodes.Configuration, await InvokeAsync("--keep", "none.yaml"));
        Assert.Contains("none.yaml", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private void First() => Jar(
        "public class Order { String id; String note; int count; }",
        "public interface Orders { Order find(String id); Order find(String id, int count); void gone(); }");

    private void Second() => Jar(
        "public class Order { String id; int count; String extra; }",
        "public interface Orders { Order find(String id); Order find(String id, int count); void come(); }");

    private void Jar(string order, string orders)
    {
        var classes = JavaCompiler.CompileSources("import-again", ("Order.java", $"package com.acme; {order}"), ("Orders.java", $"package com.acme; {orders}"));
        File.Delete(_folder.File("orders.jar"));
        ZipFile.CreateFromDirectory(classes, _folder.File("orders.jar"));
    }

    private async Task<string> ImportAsync(string file, params string[] more)
    {
        Assert.True(await InvokeAsync(["--out", file, .. more]) == ExitCodes.Ok, _error.ToString());
        return await File.ReadAllTextAsync(_folder.File(file));
    }

    private Task<int> InvokeAsync(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(["contract", "import", "orders.jar", .. args], new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
