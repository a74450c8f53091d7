using System.Collections.Frozen;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>
/// grpc.health.v1.Health of all that callers can reach: a service serves where an instance of it takes calls, and the empty name is the
/// gateway itself. Source: grpc/health/v1/health.proto; gRPC "Health checking protocol".
/// </summary>
internal sealed class HealthService(IExchangeDispatcher dispatcher, IEnumerable<string> own)
{
    /// <summary>Services that List tells of at most, as health.proto says.</summary>
    private const int MaxListed = 100;

    private const string Package = "grpc.health.v1";
    private static readonly FieldName Service = FieldName.Of("service");
    private static readonly FieldName Status = FieldName.Of("status");
    private static readonly FieldName Statuses = FieldName.Of("statuses");

    private static readonly TypeShape Request = ServiceShapes.Message(
        $"{Package}.HealthCheckRequest", ServiceShapes.Field(Service, 1, ServiceShapes.Text));

    private static readonly TypeShape Response = ServiceShapes.Message(
        $"{Package}.HealthCheckResponse",
        ServiceShapes.Field(
            Status,
            1,
            ServiceShapes.Enum($"{Package}.HealthCheckResponse.ServingStatus", "UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")));

    private readonly FrozenSet<string> _own = own.ToFrozenSet(StringComparer.Ordinal);

    internal static ServiceContract Contract { get; } = ServiceShapes.Contract(
        $"{Package}.Health",
        ServiceShapes.Method("Check", Request, Response),
        ServiceShapes.Method("Watch", Request, Response, streamsOut: true),
        ServiceShapes.Method(
            "List",
            ServiceShapes.Message($"{Package}.HealthListRequest"),
            ServiceShapes.Message($"{Package}.HealthListResponse", ServiceShapes.Field(Statuses, 1, ServiceShapes.Map(Response)))));

    internal void Answer(Exchange exchange)
    {
        var service = NameIn(exchange.Request);
        switch (exchange.Shape?.Name)
        {
            case "Watch":
                exchange.ReplyStream = new HealthWatch(this, dispatcher, exchange, service);
                break;
            case "List":
                List(exchange);
                break;
            default:
                var status = StatusOf(dispatcher.Exposure, service);
                if (status == HealthStatus.ServiceUnknown)
                {
                    AnsweredCode.NotFound(exchange, $"the gateway knows no service {service}");
                }
                else
                {
                    Write(exchange.Reply, status);
                }

                break;
        }
    }

    internal HealthStatus StatusOf(Exposure exposure, string service)
    {
        var isOwn = service.Length == 0 || _own.Contains(service);
        return exposure.Services.TryGetValue(service, out var found)
            ? found.IsCallable && exposure.Phase == ServingPhase.Serving ? HealthStatus.Serving : HealthStatus.NotServing
            : !isOwn ? HealthStatus.ServiceUnknown
            : exposure.Phase == ServingPhase.Serving ? HealthStatus.Serving : HealthStatus.NotServing;
    }

    internal static void Write(ValueTape tape, HealthStatus status)
    {
        tape.BeginObject(null);
        tape.Name(Status);
        tape.AddText(ValueKind.Enum, WordOf(status));
        tape.End();
    }

    private void List(Exchange exchange)
    {
        var exposure = dispatcher.Exposure;
        var services = exposure.Services.Keys.Union(_own, StringComparer.Ordinal).Order(StringComparer.Ordinal).Prepend(string.Empty).ToList();
        if (services.Count > MaxListed)
        {
            exchange.SetFault(ExchangeStatus.Exhausted, $"there are {services.Count} services, and a list has {MaxListed} at most: ask by name");
            return;
        }

        var tape = exchange.Reply;
        tape.BeginObject(null);
        tape.Name(Statuses);
        tape.BeginMap();
        foreach (var service in services)
        {
            tape.AddString(service);
            Write(tape, StatusOf(exposure, service));
        }

        tape.End();
        tape.End();
    }

    private static string NameIn(ValueTape request)
    {
        var at = request.Count > 0 ? request.FindField(0, Service) : -1;
        return at >= 0 && request[at].Kind == ValueKind.String ? request.Text(at) : string.Empty;
    }

    private static string WordOf(HealthStatus status) => status switch
    {
        HealthStatus.Serving => "SERVING",
        HealthStatus.NotServing => "NOT_SERVING",
        _ => "SERVICE_UNKNOWN",
    };
}
