namespace BridgeMesh.Codecs.Hessian;

/// <summary>Which set of tags a stream of Hessian 2 uses. Nothing in a stream says so: the protocol around it decides.</summary>
public enum HessianDialect : byte
{
    /// <summary>Hessian 2.0 as published; Dubbo (hessian-lite), Caucho 4 and sofa-hessian 4.</summary>
    Final,

    /// <summary>The earlier draft of Hessian 2.0; SOFARPC and SOFARegistry (sofa-hessian 3) and sofa-rpc-node by default.</summary>
    Draft,
}
