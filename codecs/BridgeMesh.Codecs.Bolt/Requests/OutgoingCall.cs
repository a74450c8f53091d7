using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Bolt.Tracing;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>What the parts of a request to a callee are written from.</summary>
/// <param name="Signature">Null where bodies name no types.</param>
internal readonly record struct OutgoingCall(
    Exchange Exchange, CalleeForm Callee, ServiceName Service, JavaSignature? Signature, SofaTrace Trace, string AppName)
{
    internal string InvokeType => Exchange.OneWay ? "oneway" : "sync";
}
