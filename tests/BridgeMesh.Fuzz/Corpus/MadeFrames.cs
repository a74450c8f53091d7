using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>Frames of forms that the recordings have few of, for the methods of the demo contract: written by a codec, or value by value.</summary>
internal static class MadeFrames
{
    private const int PerMethod = 12;

    /// <summary>An instance whose registration asks for a form, as pairs: <c>serialization</c>, <c>boltVersion</c>, <c>boltCrc</c>.</summary>
    internal static ServiceInstance Instance(params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var pairs = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
        {
            pairs[key] = value;
        }

        return new ServiceInstance
        {
            Service = new ServiceKey("com.acme.order.OrderService"),
            Protocol = "bolt",
            Host = "127.0.0.1",
            Port = 12_200,
            Metadata = pairs.ToImmutable(),
        };
    }

    /// <summary>Requests as the codec's client writes them to the instance, and the answers of its server.</summary>
    internal static IEnumerable<byte[]> Calls(IFrameCodec codec, ServiceContract contract, ServiceInstance instance, ulong seed)
    {
        var (client, server) = (new Exchange(), new Exchange());
        using var output = new FrameWriter();
        var frames = new List<byte[]>();
        for (var i = 0; i < contract.Methods.Length * PerMethod; i++)
        {
            var method = contract.Methods[i % contract.Methods.Length];
            var random = new FuzzRandom(seed, 20, (ulong)i);
            client.Reset();
            server.Reset();
            output.Clear();
            Call(client, contract, method, instance, random);
            if (!codec.WriteRequest(client, (ulong)i, output).IsOk)
            {
                continue;
            }

            var request = output.Written.ToArray();
            frames.Add(request);
            if (Open(codec, server, request, contract))
            {
                Typed(method.Returns, random, server.Reply);
                server.Status = ExchangeStatus.Ok;
                if (random.Chance(15))
                {
                    server.SetFault(ExchangeStatus.InvalidArgument, "no such order");
                }

                output.Clear();
                if (codec.WriteReply(server, output).IsOk && output.Length > 0)
                {
                    frames.Add(output.Written.ToArray());
                }
            }
        }

        return frames;
    }

    /// <summary>Dubbo's generic calls in the forms of maps, beans and JSON texts. Source: recordings of <c>$invoke</c>.</summary>
    internal static IEnumerable<byte[]> Generic(ServiceContract contract, ulong seed)
    {
        for (var i = 0; i < contract.Methods.Length * PerMethod; i++)
        {
            yield return Generic(contract, contract.Methods[i % contract.Methods.Length], new FuzzRandom(seed, 21, (ulong)i));
        }
    }

    private static void Call(Exchange client, ServiceContract contract, MethodShape method, ServiceInstance instance, FuzzRandom random)
    {
        client.Service = contract.Service;
        client.CalleeService = contract.Service;
        client.Contract = contract;
        client.Instance = instance;
        client.RemainingMs = 1_000;
        client.Lane = Lane.Translate;
        client.RequestMetadata.TryAdd("fuzz", "1");
        (client.Method, client.Shape, client.Signature) = (method.Name, method, method.Signature);
        foreach (var parameter in method.Parameters)
        {
            Typed(parameter.Type, random, client.Request);
        }
    }

    private static bool Open(IFrameCodec codec, Exchange server, byte[] request, ServiceContract contract)
    {
        var bytes = new ReadOnlySequence<byte>(request);
        if (!codec.Scan(bytes, FrameLimits.Default, out var header).IsWhole)
        {
            return false;
        }

        server.CallerHeader = header;
        server.RequestFrame = bytes;
        if (!codec.OpenRequest(server).IsOk)
        {
            return false;
        }

        server.Contract = contract;
        return codec.ReadRequest(server).IsOk;
    }

    private static void Typed(TypeShape shape, FuzzRandom random, ValueTape into)
    {
        if (shape.Kind != ShapeKind.Void)
        {
            JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Text(shape, random)), shape, ValuePolicy.Default, into);
        }
    }

    private static byte[] Text(TypeShape shape, FuzzRandom random)
    {
        var text = new InputBytes();
        new TypedJsonGrammar().Write(text, random, shape, faultsPer10000: 0);
        return text.Span.ToArray();
    }

    private static byte[] Generic(ServiceContract contract, MethodShape method, FuzzRandom random)
    {
        var form = random.Pick<string>(["true", "bean", "gson", "raw.return", "nativejava"]);
        using var output = new FrameWriter();
        output.Write([0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0]);
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Final, state);
        foreach (var text in (string[])["2.0.2", contract.Service.Interface, "1.0.0", "$invoke", "Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;", method.Name])
        {
            writer.WriteString(text);
        }

        var needsMark = writer.BeginTypedList("[string", method.Parameters.Length);
        foreach (var type in method.Signature.TypeNames)
        {
            writer.WriteString(type);
        }

        writer.EndList(needsMark);
        needsMark = writer.BeginTypedList("[object", method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            Argument(ref writer, form, parameter.Type, random);
        }

        writer.EndList(needsMark);
        writer.BeginMap(null);
        foreach (var text in (string[])["path", contract.Service.Interface, "interface", contract.Service.Interface, "generic", form, "timeout", "1000"])
        {
            writer.WriteString(text);
        }

        writer.EndMap();
        state.Return();
        var frame = output.Written.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), frame.Length - 16);
        return frame;
    }

    private static void Argument(ref HessianWriter writer, string form, TypeShape type, FuzzRandom random)
    {
        var text = Text(type, random);
        using var plain = new ValueTape();
        using var value = new ValueTape();
        if (form == "gson")
        {
            value.AddString(System.Text.Encoding.UTF8.GetString(text));
        }
        else if (form == "bean")
        {
            JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(text), null, ValuePolicy.Default, plain);
            Bean(plain, 0, type.JavaType.Text, value);
        }
        else
        {
            JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(text), null, ValuePolicy.Default, value);
        }

        if (!writer.WriteValue(value, 0).IsOk)
        {
            writer.WriteNull();
        }
    }

    /// <summary>A value as a tree of JavaBeanDescriptor: type 7 for an object, 3 for a collection, 6 for a scalar.</summary>
    private static void Bean(ValueTape from, int index, string className, ValueTape into)
    {
        if (from.Count == 0 || from[index].Kind is ValueKind.Null)
        {
            into.AddNull();
            return;
        }

        var kind = from[index].Kind;
        var (type, name) = kind switch
        {
            ValueKind.Map or ValueKind.Object => (7, className),
            ValueKind.List or ValueKind.Array => (3, "java.util.ArrayList"),
            _ => (6, "java.lang.String"),
        };
        into.BeginObject(TypeName.Of("org.apache.dubbo.common.beanutil.JavaBeanDescriptor"));
        into.Name(FieldName.Of("properties"));
        into.BeginMap(TypeName.Of("java.util.LinkedHashMap"));
        if (type == 6)
        {
            into.AddString("value");
            into.AddString(from[index].Kind == ValueKind.String ? from.Text(index) : "1");
        }

        var place = 0;
        for (var i = index + 1; type != 6 && i < from.Next(index); i = from.Next(i))
        {
            if (type == 3)
            {
                into.AddInt32(place++);
            }
            else
            {
                into.AddString(from[i].Kind == ValueKind.String ? from.Text(i) : "x");
                i = from.Next(i);
            }

            Bean(from, i, "com.acme.order.Item", into);
        }

        into.End();
        into.Name(FieldName.Of("type"));
        into.AddInt32(type);
        into.Name(FieldName.Of("className"));
        into.AddString(name);
        into.End();
    }
}
