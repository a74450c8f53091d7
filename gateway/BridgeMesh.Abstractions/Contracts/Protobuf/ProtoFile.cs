namespace BridgeMesh.Contracts;

/// <summary>A .proto file as its source described it, for whoever asks the gateway for descriptors: options and extensions are intact.</summary>
/// <param name="Name">As other files import it, such as <c>acme/order/v1/order.proto</c>.</param>
/// <param name="Descriptor">A FileDescriptorProto; the bytes are shared and must not be changed.</param>
public sealed record ProtoFile(string Name, ReadOnlyMemory<byte> Descriptor);
