using System.Globalization;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>How a call ended, as gRPC's trailers say it; gRPC-Web has the same in its body.</summary>
/// <param name="Status">Of <c>grpc-status</c>.</param>
/// <param name="Message">Of <c>grpc-message</c>, escaped; null where there is none.</param>
/// <param name="Details">Of <c>grpc-status-details-bin</c>; null where there is none.</param>
internal readonly record struct GrpcTrailers(string Status, string? Message, string? Details)
{
    internal const string StatusName = "grpc-status";
    internal const string MessageName = "grpc-message";
    internal const string DetailsName = "grpc-status-details-bin";

    internal static GrpcTrailers Of(Exchange exchange) => exchange.Status == ExchangeStatus.Ok
        ? new GrpcTrailers("0", null, null)
        : new GrpcTrailers(
            OutboundStatuses.CodeOf(exchange).ToString(CultureInfo.InvariantCulture),
            string.IsNullOrEmpty(exchange.Message) ? null : StatusMessage.Encode(exchange.Message),
            StatusDetails.Write(exchange));
}
