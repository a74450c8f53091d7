using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Requests;

/// <summary>What a caller without Java types sends, typed by the contract, is what a Java caller sends.</summary>
public sealed class DeclaredTypesTests
{
    private static readonly TypeShape Person = DemoTypes.Person;

    [Fact]
    public void WriteRequest_UntypedObject_IsTheRecordedJavaCall()
    {
        var golden = GoldenCase.Of("java-client-node-server", "void-with-arg");
        var recorded = Frames.Read(golden.Request);
        var call = NewSave(recorded);
        AddPerson(call.Request, complete: true);
        var written = Frames.WriteRequest(call, recorded.CallerHeader.CorrelationId);
        Assert.Equal(Convert.ToHexString(golden.Request), Convert.ToHexString(written));
    }

    [Fact]
    public void WriteRequest_ObjectWithMissingFields_HasTheRecordedClassDefinition()
    {
        var golden = GoldenCase.Of("java-client-node-server", "void-with-arg");
        var call = NewSave(Frames.Read(golden.Request));
        AddPerson(call.Request, complete: false);
        var frame = Frames.WriteRequest(call, 1);
        var start = golden.Request.AsSpan().LastIndexOf("com.example.bridge.Person"u8);
        var definition = golden.Request.AsSpan(start, golden.Request.AsSpan(start).IndexOf("extra"u8) + 5);
        Assert.True(frame.AsSpan().IndexOf(definition) > 0, "another class definition");
        var read = Frames.Read(frame);
        Assert.Equal(9, read.Request[0].Count);
    }

    private static Exchange NewSave(Exchange recorded)
    {
        var call = new Exchange
        {
            CalleeService = recorded.Service,
            Method = "save",
            RemainingMs = recorded.CallerTimeoutMs,
            Shape = Shapes.Method("save", Shapes.Void, ("person", Person)),
        };
        foreach (var pair in recorded.RequestMetadata.Entries)
        {
            if (pair.Key != "traceparent")
            {
                call.RequestMetadata.TryAdd(pair.Key, pair.Value);
            }
        }

        return call;
    }

    private static void AddPerson(ValueTape tape, bool complete)
    {
        tape.BeginObject(null);
        tape.Name(FieldName.Of("name"));
        tape.AddString("张三😀");
        tape.Name(FieldName.Of("age"));
        tape.AddInt32(42);
        if (complete)
        {
            AddRest(tape);
        }

        tape.End();
    }

    private static void AddRest(ValueTape tape)
    {
        tape.Name(FieldName.Of("score"));
        tape.AddInt32(99);
        tape.Name(FieldName.Of("id"));
        tape.AddInt64(1_234_567_890_123);
        tape.Name(FieldName.Of("active"));
        tape.AddBool(true);
        tape.Name(FieldName.Of("favorite"));
        tape.AddText(ValueKind.Enum, "GREEN");
        tape.Name(FieldName.Of("birthday"));
        tape.AddInstant(946_684_800_123);
        tape.Name(FieldName.Of("tags"));
        tape.BeginList();
        tape.AddString("a");
        tape.AddString("b");
        tape.AddString("中文");
        tape.End();
        tape.Name(FieldName.Of("extra"));

        // The recorded caller's own kind of map; the contract says java.util.Map.
        tape.BeginMap(TypeName.Of("java.util.LinkedHashMap"));
        tape.AddString("i");
        tape.AddInt32(1);
        tape.AddString("l");
        tape.AddInt64(2);
        tape.AddString("d");
        tape.AddFloat64(1.5);
        tape.AddString("s");
        tape.AddString("x");
        tape.AddString("n");
        tape.AddNull();
        tape.AddString("b");
        tape.AddBool(true);
        tape.AddString("list");
        tape.BeginList();
        tape.AddInt32(1);
        tape.AddString("two");
        tape.AddInt64(3);
        tape.End();
        tape.End();
    }
}
