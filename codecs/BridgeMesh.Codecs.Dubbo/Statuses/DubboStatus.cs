namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <summary>Status byte of a reply. Source: org.apache.dubbo.remoting.exchange.Response.</summary>
internal static class DubboStatus
{
    internal const byte Ok = 20;

    /// <summary>Dubbo 3 alone: the result could not be encoded, or is too long.</summary>
    internal const byte SerializationError = 25;

    /// <summary>Made inside a consumer: the request was not sent in time.</summary>
    internal const byte ClientTimeout = 30;

    /// <summary>Made inside a consumer: the request was sent and no reply came in time.</summary>
    internal const byte ServerTimeout = 31;

    /// <summary>Made inside a consumer: the connection was lost.</summary>
    internal const byte ChannelInactive = 35;
    internal const byte BadRequest = 40;
    internal const byte BadResponse = 50;
    internal const byte ServiceNotFound = 60;

    /// <summary>The provider refused or failed outside the service's own code.</summary>
    internal const byte ServiceError = 70;
    internal const byte ServerError = 80;
    internal const byte ClientError = 90;
    internal const byte ThreadpoolExhausted = 100;
}

/// <summary>First value of a reply's body when its status is 20. Source: org.apache.dubbo.rpc.protocol.dubbo.DubboCodec.</summary>
internal static class ResultFlag
{
    internal const int Exception = 0;
    internal const int Value = 1;
    internal const int Null = 2;

    /// <summary>Added to the three above when a map of attachments follows.</summary>
    internal const int WithAttachments = 3;
}
