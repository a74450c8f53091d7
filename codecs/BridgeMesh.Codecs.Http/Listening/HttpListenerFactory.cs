using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http.Listening;

internal sealed class HttpListenerFactory : IListenerFactory
{
    public string Protocol => HttpPlugin.ProtocolName;

    public bool NamesService => false;

    public IReadOnlyList<SettingDescription> Settings => HttpListenerSettings.All;

    public IReadOnlyList<SettingProblem> Check(ListenerSettings settings) => HttpListenerOptions.Check(settings, out _);

    /// <summary>Throws <see cref="FormatException"/> when the settings are wrong.</summary>
    public IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher) =>
        new HttpListener(settings, HttpListenerOptions.Parse(settings), dispatcher);
}
