using BenchmarkDotNet.Attributes;

namespace BridgeMesh.Benchmarks;

/// <summary>The same work under BenchmarkDotNet.</summary>
[MemoryDiagnoser]
public class TranslationBenchmarks : IDisposable
{
    private readonly Translations _translations = new();

    [Benchmark(Baseline = true, Description = "System.Text.Json reader to writer")]
    public int SystemTextJson() => _translations.SystemTextJson();

    [Benchmark(Description = "Hessian 2 to JSON")]
    public int FinalToJson() => _translations.FinalToJson();

    [Benchmark(Description = "draft Hessian to JSON")]
    public int DraftToJson() => _translations.DraftToJson();

    [Benchmark(Description = "JSON to Hessian 2")]
    public int JsonToFinal() => _translations.JsonToFinal();

    [Benchmark(Description = "JSON to draft Hessian")]
    public int JsonToDraft() => _translations.JsonToDraft();

    [Benchmark(Description = "Hessian 2 to draft Hessian")]
    public int FinalToDraft() => _translations.FinalToDraft();

    [Benchmark(Description = "draft Hessian to Hessian 2")]
    public int DraftToFinal() => _translations.DraftToFinal();

    [Benchmark(Description = "protobuf to Hessian 2")]
    public int ProtobufToFinal() => _translations.ProtobufToFinal();

    [Benchmark(Description = "Hessian 2 to protobuf")]
    public int FinalToProtobuf() => _translations.FinalToProtobuf();

    [Benchmark(Description = "protobuf to JSON")]
    public int ProtobufToJson() => _translations.ProtobufToJson();

    [Benchmark(Description = "JSON to protobuf")]
    public int JsonToProtobuf() => _translations.JsonToProtobuf();

    [Benchmark(Description = "Google.Protobuf parse to write")]
    public int GoogleProtobuf() => _translations.GoogleProtobuf();

    public void Dispose()
    {
        _translations.Dispose();
        GC.SuppressFinalize(this);
    }
}
