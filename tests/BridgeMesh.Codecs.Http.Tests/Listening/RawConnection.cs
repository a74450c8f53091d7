using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>A TCP connection on which a test writes HTTP by hand.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _received = new();

    internal string Received => _received.ToString();

    internal static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, port);
        connection._client.NoDelay = true;
        return connection;
    }

    internal async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Everything up to the empty line behind the headers.</summary>
    internal Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    /// <summary>Everything received once it contains the text.</summary>
    internal async Task<string> ReadUntilAsync(string text)
    {
        var buffer = new byte[4_096];
        while (!_received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (read == 0)
            {
                break;
            }

            _received.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return _received.ToString();
    }

    /// <summary>Ends when the peer has closed; gives all that it sent.</summary>
    internal Task<string> ReadToEndAsync() => ReadUntilAsync("\0no peer sends this\0");

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    internal void Reset()
    {
        _client.LingerState = new LingerOption(enable: true, seconds: 0);
        _client.Dispose();
    }

    public void Dispose() => _client.Dispose();
}
