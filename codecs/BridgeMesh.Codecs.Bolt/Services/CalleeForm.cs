using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Bolt.Services;

/// <summary>
/// How an instance wants to be spoken to, as its registration says. Worked out once an instance. Immutable; safe for any thread.
/// </summary>
internal sealed class CalleeForm
{
    private static readonly CalleeForm Plain = new(ImmutableDictionary<string, string>.Empty, preferred: null, application: string.Empty);
    private static readonly ConditionalWeakTable<ServiceInstance, CalleeForm> Known = [];

    private CalleeForm(ImmutableDictionary<string, string> metadata, string? preferred, string application)
    {
        var serialization = metadata.GetValueOrDefault("serialization") ?? preferred;
        Codec = serialization switch
        {
            "json" => BoltFrame.CodecJson,
            "protobuf" => BoltFrame.CodecProtobuf,
            _ => BoltFrame.CodecHessian,
        };

        // sofa-rpc-node's name, and a shorter one. SOFARPC's own registrations say hessian2 and mean the draft.
        var isFinal = metadata.GetValueOrDefault("hessianVersion")?.StartsWith('4') == true
            || metadata.GetValueOrDefault("hessian")?.StartsWith('4') == true
            || serialization is "hessian4" or "hessian4.0" or "hessian-4.0";
        Dialect = isFinal ? HessianDialect.Final : HessianDialect.Draft;
        Envelope = BoltEnvelope.OfMetadata(metadata);
        AppName = metadata.GetValueOrDefault("appName") is { Length: > 0 } app ? app : application.Length > 0 ? application : null;
    }

    /// <summary>Codec of the bodies: <c>serialization</c> json or protobuf, else Hessian.</summary>
    internal byte Codec { get; }

    /// <summary>Where the codec is Hessian.</summary>
    internal HessianDialect Dialect { get; }

    /// <summary>Null where the registration names none: then every envelope will do, and the gateway's own calls go out in v1.</summary>
    internal BoltEnvelope? Envelope { get; }

    /// <summary>The callee's application; SOFARPC fills <c>targetAppName</c> from there.</summary>
    internal string? AppName { get; }

    internal static CalleeForm Of(ServiceInstance? instance)
    {
        if (instance is null || (instance.Metadata.IsEmpty && instance.Serializations.IsEmpty && instance.Application.Length == 0))
        {
            return Plain;
        }

        return Known.TryGetValue(instance, out var known)
            ? known
            : Known.GetValue(instance, static i => new CalleeForm(i.Metadata, i.Serializations.IsEmpty ? null : i.Serializations[0], i.Application));
    }
}
