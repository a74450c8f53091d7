namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>
/// Numbers in a response's status field. Source: SOFABolt ResponseStatus. A Java server sends 0, 2, 4, 17 and 18 of them.
/// </summary>
internal static class BoltStatus
{
    internal const int Success = 0;
    internal const int Error = 1;
    internal const int ServerException = 2;
    internal const int Unknown = 3;
    internal const int ThreadPoolBusy = 4;
    internal const int CommunicationError = 5;
    internal const int NoProcessor = 6;
    internal const int Timeout = 7;
    internal const int ClientSendError = 8;
    internal const int CodecException = 9;
    internal const int ConnectionClosed = 16;
    internal const int SerializationException = 17;
    internal const int DeserializationException = 18;
}
