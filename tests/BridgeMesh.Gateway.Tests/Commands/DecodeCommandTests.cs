using System.Text;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Tests.Decoding;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class DecodeCommandTests : IDisposable
{
    private const string Heartbeat = "dabb22140000000000000007000000014e";
    private const string HttpCall = "POST /com.acme.Orders/find HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "4\r\n[1,2\r\n3\r\n,3]\r\n0\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"a\":1234.50}";

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Decode_HexArgument_TellsFields()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke(string.Empty, "decode", Heartbeat));

        var text = _output.ToString();
        Assert.Contains("#1 at byte 0, 17 bytes: heartbeat-reply 7, hessian2", text, StringComparison.Ordinal);
        Assert.Contains("status = 20 (OK)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Heartbeat)]
    [InlineData("00000000: dabb 2214 0000 0000 0000 0007 0000 0001  ................\n00000010: 4e   N\n")]
    public async Task Decode_HexFromInput_IsUnderstood(string text)
    {
        Assert.Equal(ExitCodes.Ok, await Invoke(text, "decode"));
        Assert.Contains("1 frames, 0 problems", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_BrokenFrame_EndsWith1AndTellsTheByte()
    {
        Assert.Equal(ExitCodes.Failed, await Invoke(string.Empty, "decode", Heartbeat + "dabb2214000000000000000880000001"));

        Assert.Contains("at byte 29: declared body length -2147483647 is negative", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_HttpCallAsJson_PairsRequestAndAnswer()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke(HttpCall, "decode", "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        var frames = json.RootElement.GetProperty("connections")[0].GetProperty("frames");
        Assert.Equal("com.acme.Orders", frames[0].GetProperty("service").GetString());
        Assert.Equal("find", frames[0].GetProperty("method").GetString());
        Assert.Equal(3, frames[0].GetProperty("arguments").GetArrayLength());
        Assert.Equal(1, frames[0].GetProperty("answeredBy").GetInt32());
        Assert.Equal(0, frames[1].GetProperty("answers").GetInt32());
        Assert.Equal("200", frames[1].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Decode_BrokenJsonInChunks_TellsTheByteOnTheWire()
    {
        var broken = HttpCall.Replace(",3]", ",x]", StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Failed, await Invoke(broken, "decode"));

        Assert.Contains($"at byte {broken.IndexOf(",x]", StringComparison.Ordinal) + 1}: ", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_SingleValue_IsShownWithItsType()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke(string.Empty, "decode", "--protocol", "hessian2", "4a000000d04b9284b8"));

        Assert.Contains("value java.util.Date \"1998-05-08T09:51:31", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_TextThatSteersTerminals_IsEscaped()
    {
        // A Bolt request whose class name has an escape sequence in it.
        Assert.Equal(ExitCodes.Ok, await Invoke(string.Empty, "decode", "010100010100000001010000000000050000000000001b5b326a41"));

        Assert.DoesNotContain('\e', _output.ToString());
        Assert.Contains("\\u001b[2jA", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown protocol 'blot'; did you mean 'bolt'?", "--protocol", "blot", "00")]
    [InlineData("there is no file 'nofile.pcap', and as hexadecimal text: line 1: 'n'", "nofile.pcap")]
    [InlineData("argument: there are no bytes to decode", "")]
    [InlineData("standard input: there are no bytes to decode")]
    [InlineData("the plugin folder does not exist", "00", "--plugins", "nowhere")]
    public async Task Decode_WrongUsage_EndsWith2(string told, params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke(string.Empty, ["decode", .. args]));
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_BytesOfNoProtocol_NamesWhatCanBeAskedFor()
    {
        Assert.Equal(ExitCodes.Failed, await Invoke(string.Empty, "decode", "574e5a"));
        var told = _output.ToString();
        Assert.Contains("--protocol says what they are, also of a single value: hessian-draft, hessian2", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_CaptureFile_IsRead()
    {
        var call = GoldenRecordings.Cases().First(c => c.File == "dubbo/3.2.16/calls-pojo.json");
        var capture = new CaptureBytes(1).Send(true, 100, GoldenRecordings.BytesOf(call.Said, "request"));
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "a.pcapng"), capture.ToPcapng());

        Assert.Equal(ExitCodes.Ok, await Invoke(string.Empty, "decode", "a.pcapng"));
        Assert.Contains("127.0.0.1:40000 → 127.0.0.2:12200: dubbo", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "xterm", true, true)]
    [InlineData("", "xterm", true, true)]
    [InlineData("1", "xterm", true, false)]
    [InlineData(null, "dumb", true, false)]
    [InlineData(null, "xterm", false, false)]
    public void Colours_OnATerminalThatWantsThem_Only(string? noColor, string term, bool isTerminal, bool wanted) =>
        Assert.Equal(wanted, Ink.IsWanted(name => name == "NO_COLOR" ? noColor : term, isTerminal));

    private Task<int> Invoke(string input, params string[] args)
    {
        var surroundings = new CommandSurroundings(_output, _error, _folder.Path) { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)) };
        return BridgeMeshCommand.InvokeAsync(args, surroundings, _stop);
    }
}
