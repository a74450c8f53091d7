using BridgeMesh.Contracts;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Comments of .proto files, as protoc hands them over.</summary>
public sealed class SourceCommentsTests
{
    private const string Proto = """
        syntax = "proto3";
        package t;

        // Not of the message.

        // An order.
        //   With a second line.
        message Order {
          // By the shop.
          string id = 1;
          int64 cents = 2; // In cents.
          int32 plain = 3;
          map<string, int32> marks = 4; // Its entry is a nested message.
          /* Where it goes. */
          message Place {
            // Lower case.
            string city = 1;
            // How it is found.
            enum Sort { EXACT = 0; }
            Sort sort = 2;
          }
          Place place = 5;
        }
        // What becomes of it.
        enum State { NEW = 0; }
        // Takes orders.
        service Orders {
          rpc Silent(Order) returns (Order);
          // Finds one.
          rpc Get(Order) returns (Order);
        }
        """;

    [Fact]
    public void Load_SetWithComments_GivesDocs()
    {
        var read = DescriptorContracts.Load([("set", Protoc.Compile(Proto))]);
        Assert.Empty(read.Problems);
        StructShape Message(string name) => read.Types[name].Struct!;

        Assert.Equal(("Takes orders.", null), (read.Contracts[0].Doc, read.Contracts[0].Methods[0].Doc));
        Assert.Equal("Finds one.", read.Contracts[0].Methods[1].Doc);
        Assert.Equal("An order.\n  With a second line.", Message("t.Order").Doc);
        Assert.Equal(["By the shop.", "In cents.", null, "Its entry is a nested message.", null], Message("t.Order").Fields.Select(f => f.Doc));
        Assert.Equal(("Where it goes.", "Lower case."), (Message("t.Order.Place").Doc, Message("t.Order.Place").Fields[0].Doc));
        Assert.Equal("How it is found.", read.Types["t.Order.Place.Sort"].Enum!.Doc);
        Assert.Equal("What becomes of it.", read.Types["t.State"].Enum!.Doc);
    }

    [Fact]
    public void Load_BrokenComments_AreNone()
    {
        var file = FileDescriptorSet.Parser.ParseFrom(Protoc.Compile(Proto)).File[0];
        file.SourceCodeInfo = new SourceCodeInfo
        {
            Location =
            {
                new SourceCodeInfo.Types.Location { Path = { 4, 99 }, LeadingComments = "of no message" },
                new SourceCodeInfo.Types.Location { Path = { Enumerable.Repeat(4, 10_000) }, LeadingComments = "deep" },
                new SourceCodeInfo.Types.Location { Path = { -4, 0 }, LeadingComments = "before the first" },
                new SourceCodeInfo.Types.Location { Path = { 4, 0 }, LeadingComments = new string('x', 100_000) },
                new SourceCodeInfo.Types.Location { Path = { 5, 0 }, LeadingComments = "  \n " },
            },
        };
        var read = DescriptorContracts.Load([("set", new FileDescriptorSet { File = { file } }.ToByteArray())]);
        Assert.Empty(read.Problems);
        Assert.Equal(4_000, read.Types["t.Order"].Struct!.Doc!.Length);
        Assert.Null(read.Types["t.State"].Enum!.Doc);
        Assert.Null(read.Contracts[0].Doc);
    }
}
