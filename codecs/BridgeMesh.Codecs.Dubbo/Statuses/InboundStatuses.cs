using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Statuses;

/// <param name="Code">Status byte.</param>
/// <param name="Marker">Text that the error body must hold for this row; null matches every body.</param>
/// <param name="MayHaveExecuted">Whether the provider may have run the method.</param>
internal sealed record InboundRow(byte Code, string? Marker, ExchangeStatus Status, bool MayHaveExecuted);

/// <summary>
/// From a provider's status and error text to neutral. The byte alone does not say it: 40 is a bad argument, an unknown service or a
/// request that is too large; 70 is denied, a wrong group or version on 2.7, or a failure in a filter. The first row that matches counts.
/// Markers were seen in recordings of 2.7.23 and 3.2.16, or stand in the provider's sources where no recording has them.
/// </summary>
internal static class InboundStatuses
{
    internal static readonly InboundRow[] Rows =
    [
        new(DubboStatus.SerializationError, "Data length too large", ExchangeStatus.ReplyTooLarge, true),
        new(DubboStatus.SerializationError, null, ExchangeStatus.BadGateway, true),
        new(DubboStatus.ClientTimeout, null, ExchangeStatus.DeadlineExceeded, true),
        new(DubboStatus.ServerTimeout, null, ExchangeStatus.DeadlineExceeded, true),
        new(DubboStatus.ChannelInactive, null, ExchangeStatus.Unavailable, true),
        new(DubboStatus.BadRequest, "Service not found:", ExchangeStatus.Unimplemented, false),
        new(DubboStatus.BadRequest, "Not found exported service", ExchangeStatus.Unimplemented, false),
        new(DubboStatus.BadRequest, "Data length too large", ExchangeStatus.RequestTooLarge, false),
        new(DubboStatus.BadRequest, null, ExchangeStatus.InvalidArgument, false),
        new(DubboStatus.BadResponse, "Data length too large", ExchangeStatus.ReplyTooLarge, true),
        new(DubboStatus.BadResponse, null, ExchangeStatus.BadGateway, true),
        new(DubboStatus.ServiceNotFound, null, ExchangeStatus.Unimplemented, false),
        new(DubboStatus.ServiceError, "Not found exported service", ExchangeStatus.Unimplemented, false),
        new(DubboStatus.ServiceError, "No such method", ExchangeStatus.Unimplemented, false),
        new(DubboStatus.ServiceError, "NoSuchMethodException", ExchangeStatus.Unimplemented, false),
        new(DubboStatus.ServiceError, "Invalid token", ExchangeStatus.PermissionDenied, false),
        new(DubboStatus.ServiceError, "Trigger the safety barrier", ExchangeStatus.PermissionDenied, false),
        new(DubboStatus.ServiceError, "service using threads greater than", ExchangeStatus.Exhausted, false),
        new(DubboStatus.ServiceError, "exceed max service tps", ExchangeStatus.Exhausted, false),
        new(DubboStatus.ServiceError, null, ExchangeStatus.RuntimeException, true),

        // Node providers answer every thrown error so; Java's only when a call could not be handed to a thread.
        new(DubboStatus.ServerError, null, ExchangeStatus.RuntimeException, true),
        new(DubboStatus.ClientError, null, ExchangeStatus.BadGateway, true),
        new(DubboStatus.ThreadpoolExhausted, null, ExchangeStatus.Exhausted, false),
    ];

    private static readonly InboundRow Unknown = new(0, null, ExchangeStatus.BadGateway, true);

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
