namespace BridgeMesh.Registries.Dns.Wire;

/// <summary>Types of records that are asked for or understood. Source: RFC 1035 section 3.2.2, RFC 3596, RFC 2782.</summary>
internal enum RecordType
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Srv = 33,
}
