namespace BridgeMesh.Registries.Etcd.Following;

/// <summary>
/// What the store says of the keys below the prefix at one revision. Number and newest revision together tell one state from every later one:
/// a put makes the newest newer, a delete alone makes them fewer.
/// </summary>
/// <param name="ClusterId">Another one is another store.</param>
internal readonly record struct StoreState(string ClusterId, long Revision, long Count, long Newest);
