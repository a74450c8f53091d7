namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>All watches of a client, by the server's paths, as the server holds them. Safe for any thread.</summary>
/// <param name="chroot">What events' paths lose.</param>
internal sealed class WatchTable(string chroot)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Watch>> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Watch>> _exists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Watch>> _children = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PersistentWatch>> _persistent = new(StringComparer.Ordinal);

    /// <summary>One-shot watches that have not fired.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _data.Values.Sum(static l => l.Count) + _exists.Values.Sum(static l => l.Count) + _children.Values.Sum(static l => l.Count);
            }
        }
    }

    public void Add(WatchKind kind, Watch watch)
    {
        lock (_lock)
        {
            var table = kind switch { WatchKind.Data => _data, WatchKind.Exists => _exists, _ => _children };
            if (!table.TryGetValue(watch.ServerPath, out var list))
            {
                table.Add(watch.ServerPath, list = []);
            }

            list.Add(watch);
        }
    }

    public void Add(PersistentWatch watch)
    {
        lock (_lock)
        {
            if (!_persistent.TryGetValue(watch.ServerPath, out var list))
            {
                _persistent.Add(watch.ServerPath, list = []);
            }

            list.Add(watch);
        }
    }

    public void Forget(Watch watch)
    {
        lock (_lock)
        {
            foreach (var table in (ReadOnlySpan<Dictionary<string, List<Watch>>>)[_data, _exists, _children])
            {
                if (table.TryGetValue(watch.ServerPath, out var list) && list.Remove(watch) && list.Count == 0)
                {
                    table.Remove(watch.ServerPath);
                }
            }
        }
    }

    /// <summary>True when it was the last of its path, so that the server need not watch any more.</summary>
    public bool Forget(PersistentWatch watch)
    {
        lock (_lock)
        {
            if (!_persistent.TryGetValue(watch.ServerPath, out var list) || !list.Remove(watch))
            {
                return false;
            }

            return list.Count == 0 && _persistent.Remove(watch.ServerPath);
        }
    }

    /// <summary>Tells whoever watches, as org.apache.zookeeper.ZKWatchManager.materialize finds them.</summary>
    public void Fire(WatchedEventType type, string serverPath)
    {
        var fired = new List<Watch>();
        var persistent = new List<PersistentWatch>();
        lock (_lock)
        {
            if (type is WatchedEventType.DataChanged or WatchedEventType.Created or WatchedEventType.Deleted or WatchedEventType.DataWatchRemoved)
            {
                Take(_data, serverPath, fired);
                Take(_exists, serverPath, fired);
            }

            if (type is WatchedEventType.ChildrenChanged or WatchedEventType.Deleted or WatchedEventType.ChildWatchRemoved)
            {
                Take(_children, serverPath, fired);
            }

            for (var path = serverPath; _persistent.Count > 0; path = path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/")
            {
                if (_persistent.TryGetValue(path, out var list))
                {
                    var isOwn = path.Length == serverPath.Length;
                    persistent.AddRange(list.Where(w => w.Kind == WatchKind.Persistent ? isOwn : type != WatchedEventType.ChildrenChanged));
                }

                if (path.Length == 1)
                {
                    break;
                }
            }
        }

        var seen = new WatchedEvent(type, Below(serverPath));
        fired.ForEach(w => w.Fire(seen));
        persistent.ForEach(w => w.Fire(seen));
    }

    /// <summary>Tells those that stay that they may have missed something: servers do not remember it for them.</summary>
    public void FireMissed()
    {
        List<PersistentWatch> all;
        lock (_lock)
        {
            all = [.. _persistent.Values.SelectMany(static l => l)];
        }

        all.ForEach(w => w.Fire(new WatchedEvent(WatchedEventType.Missed, Below(w.ServerPath))));
    }

    public void Close()
    {
        List<Watch> watches;
        List<PersistentWatch> persistent;
        lock (_lock)
        {
            watches = [.. _data.Values.Concat(_exists.Values).Concat(_children.Values).SelectMany(static l => l)];
            persistent = [.. _persistent.Values.SelectMany(static l => l)];
            _data.Clear();
            _exists.Clear();
            _children.Clear();
            _persistent.Clear();
        }

        watches.ForEach(w => w.Fire(new WatchedEvent(WatchedEventType.Closed, Below(w.ServerPath))));
        persistent.ForEach(static w => w.Complete());
    }

    /// <summary>What a new connection has to be told, in packets that servers take, xid and all.</summary>
    /// <param name="lastZxid">The last transaction that this client saw: the server tells at once what happened since.</param>
    public List<byte[]> Rearm(long lastZxid)
    {
        lock (_lock)
        {
            var all = _data.Keys.Select(static p => (Kind: 0, Path: p))
                .Concat(_exists.Keys.Select(static p => (1, p)))
                .Concat(_children.Keys.Select(static p => (2, p)))
                .Concat(_persistent.Where(static p => p.Value.Exists(static w => w.Kind == WatchKind.Persistent)).Select(static p => (3, p.Key)))
                .Concat(_persistent.Where(static p => p.Value.Exists(static w => w.Kind == WatchKind.PersistentRecursive)).Select(static p => (4, p.Key)));
            var packets = new List<byte[]>();
            var lists = Enumerable.Range(0, 5).Select(static _ => new List<string>()).ToArray();
            var size = 0;
            foreach (var (kind, path) in all)
            {
                // A server's jute.maxbuffer holds for these too; Java's clients cut them at the same size (SET_WATCHES_MAX_LENGTH).
                if (size > 128 << 10)
                {
                    packets.Add(Packet(lastZxid, lists));
                    size = 0;
                }

                lists[kind].Add(path);
                size += 4 + (3 * path.Length);
            }

            if (size > 0)
            {
                packets.Add(Packet(lastZxid, lists));
            }

            return packets;
        }
    }

    private static byte[] Packet(long lastZxid, List<string>[] lists)
    {
        // Servers before 3.6 know only the first three.
        var hasPersistent = lists[3].Count + lists[4].Count > 0;
        var writer = JuteWriter.Request(hasPersistent ? OpCode.SetWatches2 : OpCode.SetWatches).Long(lastZxid);
        foreach (var list in hasPersistent ? lists : lists[..3])
        {
            writer.Texts(list);
            list.Clear();
        }

        var call = new PendingCall(writer.ToPacket());
        call.Number(ReservedXid.SetWatches);
        return call.Packet;
    }

    private static void Take(Dictionary<string, List<Watch>> table, string path, List<Watch> fired)
    {
        if (table.Remove(path, out var list))
        {
            fired.AddRange(list);
        }
    }

    private string Below(string serverPath) =>
        chroot.Length == 0 || !serverPath.StartsWith(chroot, StringComparison.Ordinal) ? serverPath
        : serverPath.Length == chroot.Length ? "/"
        : serverPath[chroot.Length..];
}
