using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace BridgeMesh.Core.Facades;

/// <summary>The addresses of this machine, the loopback ones included, and its name.</summary>
internal sealed record MachineAddresses(ImmutableArray<IPAddress> Addresses, string Name)
{
    internal static MachineAddresses Read()
    {
        try
        {
            ImmutableArray<IPAddress> found =
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(static i => i.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(static i => i.GetIPProperties().UnicastAddresses)
                    .Select(static a => a.Address),
            ];
            return new MachineAddresses(found, Environment.MachineName);
        }
        catch (NetworkInformationException)
        {
            // A machine that does not tell has at least these.
            return new MachineAddresses([IPAddress.Loopback, IPAddress.IPv6Loopback], Environment.MachineName);
        }
    }

    /// <summary>Where a listener is reached from other machines.</summary>
    /// <param name="listenerHost">IP address that it is bound to.</param>
    internal string HostOf(string listenerHost) => !IsAny(listenerHost)
        ? listenerHost
        : (Addresses.FirstOrDefault(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)) ?? IPAddress.Loopback).ToString();

    internal static bool IsAny(string host) =>
        IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
}
