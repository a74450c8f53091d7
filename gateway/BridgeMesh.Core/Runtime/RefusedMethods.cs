using BridgeMesh.Core.Routing;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Runtime;

/// <summary>Tells an operator, once for each, which methods are refused because of what their callees speak. For one thread at a time.</summary>
internal sealed class RefusedMethods(ILogger log)
{
    /// <summary>Methods that are told at most; contracts may have many thousands.</summary>
    internal const int MaxTold = 200;

    private readonly HashSet<RefusedMethod> _told = [];

    public void Tell(IEnumerable<RefusedMethod> refused)
    {
        if (!log.IsEnabled(LogLevel.Warning) || _told.Count >= MaxTold)
        {
            return;
        }

        foreach (var method in refused)
        {
            if (_told.Add(method))
            {
                Log.MethodRefused(log, method.Service, method.Method, method.Why);
            }

            if (_told.Count >= MaxTold)
            {
                return;
            }
        }
    }
}
