using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <param name="Code">Status byte.</param>
/// <param name="Marker">Text that the error body must hold for this row; null matches every body.</param>
/// <param name="MayHaveExecuted">Whether the provider may have run the method.</param>
/// <param name="By">Whose habit it is: providers that were recorded or run, or "source" where Dubbo's own says so and nobody was seen.</param>
internal sealed record InboundRow(byte Code, string? Marker, ExchangeStatus Status, bool MayHaveExecuted, string By);

/// <summary>
/// From a provider's status and error text to neutral. The byte alone does not say it: 40 is a bad argument, an unknown service or a
/// request that is too large; 70 is denied, a wrong group or version on 2.7, or a failure in a filter; 80 is whatever a Node provider
/// throws. The first row that matches counts.
/// </summary>
internal static class InboundStatuses
{
    private const string Java = "2.7, 3.2";
    private const string Java2 = "2.7";
    private const string Java3 = "3.2";
    private const string Remoting = "dubbo-remoting";
    private const string Source = "source";

    internal static readonly InboundRow[] Rows =
    [
        new(DubboStatus.SerializationError, "Data length too large", ExchangeStatus.ReplyTooLarge, true, Java3),
        new(DubboStatus.SerializationError, null, ExchangeStatus.BadGateway, true, Source),
        new(DubboStatus.ClientTimeout, null, ExchangeStatus.DeadlineExceeded, true, Source),
        new(DubboStatus.ServerTimeout, null, ExchangeStatus.DeadlineExceeded, true, Source),
        new(DubboStatus.ChannelInactive, null, ExchangeStatus.Unavailable, true, Source),
        new(DubboStatus.BadRequest, "Service not found:", ExchangeStatus.Unimplemented, false, Java2),
        new(DubboStatus.BadRequest, "Not found exported service", ExchangeStatus.Unimplemented, false, Source),

        // It takes no Hessian2, whatever its registration says: another instance may.
        new(DubboStatus.BadRequest, "Unexpected serialization id", ExchangeStatus.Unavailable, false, Source),
        new(DubboStatus.BadRequest, "Unrecognized serialize type", ExchangeStatus.Unavailable, false, Java2),
        new(DubboStatus.BadRequest, "Data length too large", ExchangeStatus.RequestTooLarge, false, Source),

        // 3.2 says "Fail to decode request due to: RpcInvocation [..." of a bad argument, an unknown service and an unknown method alike.
        new(DubboStatus.BadRequest, null, ExchangeStatus.InvalidArgument, false, Java),
        new(DubboStatus.BadResponse, "Data length too large", ExchangeStatus.ReplyTooLarge, true, Java2),
        new(DubboStatus.BadResponse, null, ExchangeStatus.BadGateway, true, Java),
        new(DubboStatus.ServiceNotFound, null, ExchangeStatus.Unimplemented, false, "apache-dubbo-service"),
        new(DubboStatus.ServiceError, "Not found exported service", ExchangeStatus.Unimplemented, false, Java2),
        new(DubboStatus.ServiceError, "No such method", ExchangeStatus.Unimplemented, false, Java3),
        new(DubboStatus.ServiceError, "NoSuchMethodException", ExchangeStatus.Unimplemented, false, Java2),
        new(DubboStatus.ServiceError, "Invalid token", ExchangeStatus.PermissionDenied, false, Java),
        new(DubboStatus.ServiceError, "Trigger the safety barrier", ExchangeStatus.PermissionDenied, false, Java),
        new(DubboStatus.ServiceError, "Generic serialization [", ExchangeStatus.InvalidArgument, false, Source),
        new(DubboStatus.ServiceError, "args.length != types.length", ExchangeStatus.InvalidArgument, false, Source),
        new(DubboStatus.ServiceError, "service using threads greater than", ExchangeStatus.Exhausted, false, Source),
        new(DubboStatus.ServiceError, "exceed max service tps", ExchangeStatus.Exhausted, false, Source),
        new(DubboStatus.ServiceError, null, ExchangeStatus.RuntimeException, true, Source),
        new(DubboStatus.ServerError, "not found service: ", ExchangeStatus.Unimplemented, false, Remoting),
        new(DubboStatus.ServerError, "Can not find method: ", ExchangeStatus.Unimplemented, false, Remoting),

        // Every error that a Node service throws; Java's only when a call could not be handed to a thread.
        new(DubboStatus.ServerError, null, ExchangeStatus.RuntimeException, true, "Node"),
        new(DubboStatus.ClientError, null, ExchangeStatus.BadGateway, true, Source),
        new(DubboStatus.ThreadpoolExhausted, null, ExchangeStatus.Exhausted, false, Java),
    ];

    private static readonly InboundRow Unknown = new(0, null, ExchangeStatus.BadGateway, true, Source);

    internal static InboundRow Find(int code, string text)
    {
        foreach (var row in Rows)
        {
            if (row.Code == code && (row.Marker is null || text.Contains(row.Marker, StringComparison.Ordinal)))
            {
                return row;
            }
        }

        return Unknown;
    }
}
