namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>A key as etcd tells of it.</summary>
/// <param name="Key">Its bytes in base64, as etcd writes them: any bytes are a key, and not all are text.</param>
/// <param name="Value">Empty where only the key was asked for.</param>
/// <param name="ModRevision">Revision of the store in which it was put last.</param>
internal readonly record struct KeyValue(string Key, byte[] Value, long ModRevision);

/// <summary>A change of a key.</summary>
/// <param name="IsDelete">It went, by hand or with its lease; the value is empty then.</param>
internal readonly record struct KeyEvent(bool IsDelete, KeyValue Change);
