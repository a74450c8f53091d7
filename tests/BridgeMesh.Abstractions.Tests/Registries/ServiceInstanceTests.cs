using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries;

public class ServiceInstanceTests
{
    private static readonly ServiceInstance Whole = Make();

    public static TheoryData<string> Properties =>
        [.. typeof(ServiceInstance).GetProperties().Where(static p => p.SetMethod is not null).Select(static p => p.Name)];

    [Fact]
    public void Equals_SameContentInOtherCollections_IsTrue()
    {
        var other = Make();

        Assert.NotSame(Whole.Metadata, other.Metadata);
        Assert.Equal(Whole, other);
        Assert.Equal(Whole.GetHashCode(), other.GetHashCode());
        Assert.Equal(Whole with { Tags = default }, Whole with { Tags = [] });
    }

    // A property that Equals forgets would let a registry's change go unseen.
    [Theory]
    [MemberData(nameof(Properties))]
    public void Equals_OnePropertyDiffers_IsFalse(string property)
    {
        var other = Make();
        var info = typeof(ServiceInstance).GetProperty(property)!; // from the list above
        info.SetValue(other, info.GetValue(other) switch
        {
            string text => text + "x",
            int number => number + 1,
            bool flag => !flag,
            ServiceKey key => key with { Group = "other" },
            InstanceHealth.Up => InstanceHealth.Down,
            DateTimeOffset time => time.AddSeconds(1),
            ImmutableArray<string> list => list.Add("x"),
            ImmutableDictionary<string, string> map => map.SetItem("a", "2"),
            var value => throw new InvalidOperationException($"the test has no other value for {value}"),
        });

        Assert.NotEqual(Whole, other);
    }

    private static ServiceInstance Make() => new()
    {
        Service = new ServiceKey("orders"),
        Protocol = "http",
        Host = "h",
        Port = 1,
        Application = "app",
        Zone = "east",
        StartedAt = DateTimeOffset.UnixEpoch,
        Tags = ["a", "b"],
        Serializations = ["hessian2"],
        Metadata = ImmutableDictionary<string, string>.Empty.Add("a", "1").Add("b", "2"),
    };
}
