using BridgeMesh.Contracts.Linting;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Wire;

namespace BridgeMesh.Plugins;

/// <summary>
/// The door through which every codec and registry enters, the built-in ones too. A plugin assembly lies in its own folder below the
/// gateway's <c>plugins/</c>, references BridgeMesh.Abstractions alone, and has one public class with this interface and no constructor arguments.
/// </summary>
public interface IBridgePlugin
{
    /// <summary>The <see cref="PluginContract.Version"/> it was built against; another major number is refused at start-up.</summary>
    int ContractVersion { get; }

    void Configure(IPluginBuilder builder);
}

/// <summary>The version of everything in this assembly.</summary>
public static class PluginContract
{
    /// <summary>Raised when a plugin built against an older one would break.</summary>
    public const int Version = 1;
}

/// <summary>Takes what a plugin offers. A name that is taken already is an error that names both plugins.</summary>
public interface IPluginBuilder
{
    /// <summary>A framed TCP protocol, for listeners and for upstream channels.</summary>
    IPluginBuilder AddFrameCodec(IFrameCodec codec);

    /// <summary>A protocol that brings its own server, such as HTTP on Kestrel.</summary>
    IPluginBuilder AddListener(IListenerFactory factory);

    /// <summary>A protocol that brings its own client.</summary>
    IPluginBuilder AddChannel(IChannelFactory factory);

    IPluginBuilder AddRegistry(IRegistryFactory factory);

    /// <summary>A source of contracts in running programs. One who builds nothing of contracts may leave it alone.</summary>
    IPluginBuilder AddContractSource(IContractSource source) => this;

    /// <summary>A way to trees of named values, for sources that are kept in such. One who has none may leave it alone.</summary>
    IPluginBuilder AddNodeStore(INodeStoreFactory factory) => this;

    /// <summary>What a protocol cannot carry of contracts. One who builds nothing of contracts may leave it alone.</summary>
    IPluginBuilder AddMethodLint(IMethodLint lint) => this;

    /// <summary>What changes of a contract mean in the plugin's protocol. One who compares no contracts may leave it alone.</summary>
    IPluginBuilder AddChangeRules(IChangeRules rules) => this;
}

/// <param name="Name">As configured, unique.</param>
/// <param name="Host">IP address to bind.</param>
/// <param name="Port">0 to 65,535; 0 takes a free one.</param>
/// <param name="Settings">What the listener's protocol understands beside, by name.</param>
public sealed record ListenerSettings(string Name, string Host, int Port, FrameLimits Limits, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Directory of the configuration file, to which relative paths refer; empty is the working directory.</summary>
    public string BaseDirectory { get; init; } = string.Empty;

    /// <summary>Takes what the operator should read, such as a certificate that cannot be read again. Called on any thread, once a change.</summary>
    public Action<ListenerNotice>? Notice { get; init; }
}

/// <param name="IsTrouble">Somebody has to act; false when the trouble is over.</param>
/// <param name="Text">One line for people.</param>
public sealed record ListenerNotice(bool IsTrouble, string Text);

/// <summary>Makes listeners for a protocol that brings its own server. Safe for any thread.</summary>
public interface IListenerFactory
{
    string Protocol { get; }

    /// <summary>
    /// Whether each request names its service. Callers of a protocol that does not, such as HTTP with its paths, are told apart by a port or a
    /// host name for each service: the settings <c>service</c>, <c>version</c>, <c>group</c>, <c>uniqueId</c> and <c>contract</c> pin a listener, and
    /// <c>hosts.NAME</c> with <c>service?version=…&amp;contract=…</c> does so for those who ask for a host.
    /// </summary>
    bool NamesService => true;

    /// <summary>What its settings are, for people and editors; empty when it does not tell.</summary>
    IReadOnlyList<SettingDescription> Settings => [];

    /// <summary>Everything wrong with the settings; asked when a configuration is validated, to tell all problems at once. Binds nothing.</summary>
    IReadOnlyList<SettingProblem> Check(ListenerSettings settings) => [];

    IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher);
}

/// <summary>One listener: started once, stopped once.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>The port bound, once started.</summary>
    int Port { get; }

    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes other limits and settings for the calls that come next without being bound anew; name, host and port are as they were. False
    /// when it cannot: it is then stopped, and another is started in its place.
    /// </summary>
    bool TryChange(ListenerSettings settings) => false;

    /// <summary>
    /// Accepts no new connections, asks callers to go elsewhere where their protocol can say so, goes on serving until they have gone or
    /// are idle or the token is cancelled, then closes.
    /// </summary>
    Task StopAsync(CancellationToken cancellationToken);
}

/// <param name="ConnectTimeoutMs">1 or more.</param>
public sealed record ChannelSettings(FrameLimits Limits, int ConnectTimeoutMs, TimeProvider Time)
{
    /// <summary>
    /// Wraps the plain bytes of each connection once it stands, for tools that show them; null in a running gateway. A channel that has no
    /// such place may leave it alone.
    /// </summary>
    public Func<Stream, Stream>? Watch { get; init; }

    /// <summary>First pause after a connection that could not be made, in ms, 1 to 60,000; it doubles, with jitter.</summary>
    public int ReconnectMs { get; init; } = 100;

    /// <summary>Longest such pause, in ms, 1 to 600,000.</summary>
    public int MaxReconnectMs { get; init; } = 10_000;

    /// <summary>How callees over TLS are trusted, for protocols that can use it.</summary>
    public UpstreamTls Tls { get; init; } = UpstreamTls.Default;
}

/// <summary>How callees over TLS are trusted, and what they are shown. Paths are absolute.</summary>
public sealed record UpstreamTls
{
    /// <summary>The machine's authorities, and the name that the instance has in its registry.</summary>
    public static readonly UpstreamTls Default = new();

    /// <summary>PEM file with the only authorities that count; null takes the machine's.</summary>
    public string? Ca { get; init; }

    /// <summary>PEM file with the certificate that callees are shown; null shows none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with its key; null takes the certificate's file.</summary>
    public string? Key { get; init; }

    /// <summary>Name that callees' certificates must have; null takes the host's. An instance's metadata <c>serverName</c> comes first.</summary>
    public string? ServerName { get; init; }

    /// <summary>False takes any certificate, of anybody.</summary>
    public bool Verify { get; init; } = true;
}

/// <summary>Makes ways to the instances of a protocol that brings its own client. Safe for any thread.</summary>
public interface IChannelFactory
{
    string Protocol { get; }

    /// <summary>
    /// Everything wrong with what all channels share, by the setting's name below <c>upstream</c>; asked when a configuration is validated.
    /// Connects to nothing.
    /// </summary>
    IReadOnlyList<SettingProblem> Check(ChannelSettings settings) => [];

    /// <summary>What of an instance's metadata makes its channel another one than that to the same host and port with other metadata.</summary>
    string VariantOf(ServiceInstance instance) => string.Empty;

    IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings);
}

/// <param name="Name">As configured, unique.</param>
/// <param name="BaseDirectory">Directory of the configuration file, to which relative paths refer.</param>
/// <param name="Settings">What the registry's kind understands, by name.</param>
public sealed record RegistrySettings(string Name, string BaseDirectory, IReadOnlyDictionary<string, string> Settings, TimeProvider Time)
{
    /// <summary>Takes what the operator should read: away, unreadable, back again. Called on any thread, once a change and not once a try.</summary>
    public Action<RegistryNotice>? Notice { get; init; }

    /// <summary>Makes calls for an adapter that has to ask an instance something; null where nobody can, as when settings are only checked.</summary>
    public IInstanceCalls? Calls { get; init; }
}

/// <param name="IsTrouble">Somebody has to act; false when the trouble is over.</param>
/// <param name="Text">One line for people.</param>
public sealed record RegistryNotice(bool IsTrouble, string Text);

/// <summary>Makes adapters of one kind of registry. Safe for any thread.</summary>
public interface IRegistryFactory
{
    /// <summary>Kind as written in the configuration: file, zookeeper, eureka, nacos.</summary>
    string Kind { get; }

    /// <summary>What its settings are, for people and editors; empty when it does not tell.</summary>
    IReadOnlyList<SettingDescription> Settings => [];

    /// <summary>Everything wrong with the settings; asked when a configuration is validated, to tell all at once. Connects to nothing.</summary>
    IReadOnlyList<SettingProblem> Check(RegistrySettings settings) => [];

    /// <summary>
    /// Services that it has already, read without connecting to anything, so that a configuration can be checked against them; null when
    /// only a running registry can say.
    /// </summary>
    IReadOnlyList<ServiceSnapshot>? Known(RegistrySettings settings) => null;

    /// <summary>
    /// Protocols that clients of this registry call by what they find there, and so those of facades that make sense in it; null when any
    /// may be, empty when it cannot be written.
    /// </summary>
    IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => [];

    /// <summary>
    /// Kind and settings of a client by which another process reaches this registry, where the gateway itself serves it; null where its
    /// adapter is such a client already.
    /// </summary>
    (string Kind, IReadOnlyDictionary<string, string> Settings)? ClientOf(RegistrySettings settings) => null;

    /// <summary>
    /// Whether people write it, and so mean what stands in it: an empty list is then believed at once, and nothing of it is kept for a start
    /// without it.
    /// </summary>
    bool IsCurated => false;

    /// <summary>Throws <see cref="FormatException"/> with the setting's name and the cure when the settings are wrong.</summary>
    IRegistryAdapter Create(RegistrySettings settings);
}
