using BridgeMesh.Testing.Bytes;

namespace BridgeMesh.Registries.Dns.Wire;

/// <summary>Packets that anybody may send.</summary>
public class DnsMessageTests
{
    private static readonly DomainName Orders = DomainName.Parse("orders.example")!.Value; // a name

    private static readonly byte[] Question = DnsMessage.Question(0x1234, Orders, RecordType.A);

    [Fact]
    public void Read_CompressedNames_AreResolved()
    {
        // The answer's name points to the question's; the alias ends in its "example".
        byte[] alias = [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, (byte)'x', 0xC0, 19];
        byte[] address = [1, (byte)'X', 0xC0, 19, 0, 1, 0, 1, 0xFF, 0, 0, 9, 0, 4, 10, 0, 0, 1];

        var message = DnsMessage.Read(Packets.Answer(Question, 0, alias, address));

        Assert.NotNull(message);
        Assert.Equal("orders.example x.example", $"{message.Answers[0].Name} {message.Answers[0].Target}");
        Assert.Equal((message.Answers[0].Target, 0L, "10.0.0.1"), (message.Answers[1].Name, message.Answers[1].TtlS, message.Answers[1].Address?.ToString()));
    }

    [Fact]
    public void Read_PacketsCutAnywhere_AreRefused()
    {
        var whole = Packets.Answer(Question, 0, [Packets.Alias("orders.example", "x.example"), Packets.Service("x.example", 1, 2, 3, "y.example")], [Packets.Authority("example", 3, 2)]);
        Assert.NotNull(DnsMessage.Read(whole));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(DnsMessage.Read(whole.AsSpan(0, length)));
        }
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "a pointer to itself", [0xC0, 32] },
        { "a pointer ahead", [0xC0, 40] },
        { "a pointer past the end", [0xFF, 0xFF] },
        { "two pointers that go round", [1, (byte)'a', 0xC0, 32] },
        { "a pointer without its second octet", [0xC0] },
        { "a label of a kind that is not there", [0x40, 1, 2] },
        { "a label past the end", [63, 1, 2] },
        { "a dot inside a label", [3, (byte)'a', (byte)'.', (byte)'b', 0] },
        { "a control character", [1, 7, 0] },
        { "too long a name", [.. Enumerable.Range(0, 5).SelectMany(static _ => new byte[] { 60 }.Concat(Enumerable.Repeat((byte)'a', 60))), 0] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_NameThatBreaksTheForm_IsRefused(string what, byte[] name)
    {
        byte[] record = [.. name, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1];
        Assert.Equal(32, Question.Length);
        Assert.True(DnsMessage.Read(Packets.Answer(Question, 0, name.Length > 1 ? record : name)) is null, what);
    }

    [Theory]
    [InlineData(1, "0a0000")]
    [InlineData(1, "0a00000101")]
    [InlineData(28, "0a000001")]
    [InlineData(33, "000100020003")]
    [InlineData(33, "0001000200")]
    [InlineData(5, "")]
    [InlineData(5, "016100ff")]
    [InlineData(6, "00")]
    public void Read_DataThatDoesNotFitItsType_IsRefused(int type, string data) =>
        Assert.Null(DnsMessage.Read(Packets.Answer(Question, 0, Packets.Record("orders.example", (RecordType)type, 9, Convert.FromHexString(data)))));

    [Fact]
    public void Read_RecordsOfOtherTypesAndClasses_ArePassedOver()
    {
        var text = Packets.Record("orders.example", (RecordType)16, 9, [3, 1, 2, 3]);
        var chaos = Packets.Address("orders.example", "10.0.0.1");
        chaos[^11] = 3;
        Assert.DoesNotContain(DnsMessage.Read(Packets.Answer(Question, 0, text, chaos))!.Answers, static r => r.Address is not null);
    }

    [Fact]
    public void Read_MoreRecordsThanTheBoundOrThanThereAre_IsRefused()
    {
        var answer = Packets.Answer(Question, 0, Packets.Address("orders.example", "10.0.0.1"));
        answer[7] = 2;
        Assert.Null(DnsMessage.Read(answer));
        (answer[6], answer[7]) = (0xFF, 0xFF);
        Assert.Null(DnsMessage.Read(answer));
    }

    [Fact]
    public void Read_DamagedPackets_NeverThrowsNorHangs()
    {
        var whole = Packets.Answer(Question, 0, [Packets.Alias("orders.example", "x.example"), Packets.Service("x.example", 1, 2, 3, "y.example"), Packets.Address("y.example", "fd00::1")], [Packets.Authority("example", 3, 2)]);
        Seeded.Run(20_000, random =>
        {
            var packet = whole.ToArray();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                packet[random.Next(packet.Length)] = (byte)(random.Next(3) == 0 ? 0xC0 : random.Next(256));
            }

            var message = DnsMessage.Read(packet.AsSpan(0, random.Next(packet.Length + 1)));
            Assert.True(message is null || message.Answers.Length <= DnsMessage.MaxRecords);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("größe")]
    public void Name_ThatIsNone_IsNotParsed(string text) => Assert.Null(DomainName.Parse(text));

    [Fact]
    public void Name_AtItsBounds_IsParsed()
    {
        Assert.NotNull(DomainName.Parse(new string('a', 63)));
        Assert.Null(DomainName.Parse(new string('a', 64)));
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 49), 5)) + ".abc";
        Assert.Equal(253, longest.Length);
        Assert.NotNull(DomainName.Parse(longest));
        Assert.Null(DomainName.Parse("a" + longest));
        Assert.Equal(DomainName.Parse("A.Example."), DomainName.Parse("a.eXample"));
    }
}
