using BridgeMesh.Contracts;

namespace BridgeMesh.Plugins;

/// <summary>
/// What changes of a contract mean in one protocol, to callers that have the older contract while the service has the newer one. Stateless;
/// safe for any thread.
/// </summary>
public interface IChangeRules
{
    /// <summary>Name of the protocol, as listeners have it.</summary>
    string Protocol { get; }

    ChangeVerdict Judge(ContractChange change);
}
