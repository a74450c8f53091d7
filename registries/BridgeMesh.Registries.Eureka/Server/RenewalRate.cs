namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>Counts what happened in the last minute, by the second. For one thread at a time: its owner locks.</summary>
internal sealed class RenewalRate(TimeProvider time)
{
    private const int Seconds = 60;

    private readonly int[] _counts = new int[Seconds];
    private readonly long _start = time.GetTimestamp();
    private long _second;
    private int _total;

    internal void Add()
    {
        Forget();
        _counts[_second % Seconds]++;
        _total++;
    }

    internal int LastMinute
    {
        get
        {
            Forget();
            return _total;
        }
    }

    private void Forget()
    {
        var now = (long)time.GetElapsedTime(_start).TotalSeconds;
        for (var i = 0; i < Seconds && _second < now; i++)
        {
            _second++;
            _total -= _counts[_second % Seconds];
            _counts[_second % Seconds] = 0;
        }

        _second = now;
    }
}
