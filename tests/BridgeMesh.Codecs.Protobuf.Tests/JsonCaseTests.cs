using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using Google.Protobuf;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// Cases of the ProtoJSON specification one by one: what protobuf's own library takes we take, as the same message, and what it refuses we
/// refuse. Where we differ on purpose the case says so.
/// </summary>
public sealed class JsonCaseTests
{
    public enum Verdict
    {
        /// <summary>Both take it, as the same message, or both refuse it.</summary>
        AsTheLibrary,

        /// <summary>The library takes it; we refuse, as two readers may disagree on what it means.</summary>
        Stricter,

        /// <summary>The library refuses what the specification allows or does not speak of.</summary>
        Laxer,
    }

    internal static readonly (string Json, Verdict Verdict)[] Cases =
    [
        ("""{}""", Verdict.AsTheLibrary),
        ("""{"anInt32":1,"an_int64":"2","theName":"x"}""", Verdict.AsTheLibrary),
        ("""{"json_named":"x"}""", Verdict.AsTheLibrary),
        ("""{"jsonNamed":"x"}""", Verdict.AsTheLibrary),
        ("""{"unknown":1}""", Verdict.AsTheLibrary),
        ("""{"anInt32":"17"}""", Verdict.AsTheLibrary),
        ("""{"anInt32":1.0}""", Verdict.AsTheLibrary),
        ("""{"anInt32":1e2}""", Verdict.AsTheLibrary),
        ("""{"anInt32":1.5}""", Verdict.AsTheLibrary),
        ("""{"anInt32":2147483648}""", Verdict.AsTheLibrary),
        ("""{"anInt32":"-2147483649"}""", Verdict.AsTheLibrary),
        ("""{"anInt32":true}""", Verdict.AsTheLibrary),
        ("""{"anInt32":""}""", Verdict.AsTheLibrary),
        ("""{"anInt32":" 1"}""", Verdict.AsTheLibrary),
        ("""{"anInt32":"0x1"}""", Verdict.AsTheLibrary),
        ("""{"anInt32":null}""", Verdict.AsTheLibrary),
        ("""{"anInt64":9223372036854775807}""", Verdict.Laxer), // A double to the library, and past the range.
        ("""{"anInt64":"9223372036854775807"}""", Verdict.AsTheLibrary),
        ("""{"anInt64":"9223372036854775808"}""", Verdict.AsTheLibrary),
        ("""{"aUint64":"18446744073709551615"}""", Verdict.AsTheLibrary),
        ("""{"aUint64":"-1"}""", Verdict.AsTheLibrary),
        ("""{"aUint32":4294967295}""", Verdict.AsTheLibrary),
        ("""{"aUint32":4294967296}""", Verdict.AsTheLibrary),
        ("""{"aFixed32":"5","aSfixed64":-5}""", Verdict.AsTheLibrary),
        ("""{"aFloat":3.4028235e38}""", Verdict.AsTheLibrary),
        ("""{"aFloat":1e39}""", Verdict.AsTheLibrary),
        ("""{"aFloat":"NaN","aDouble":"-Infinity"}""", Verdict.AsTheLibrary),
        ("""{"aDouble":"1.5e3"}""", Verdict.AsTheLibrary),
        ("""{"aDouble":NaN}""", Verdict.AsTheLibrary),
        ("""{"aDouble":1e400}""", Verdict.AsTheLibrary),
        ("""{"aDouble":"inf"}""", Verdict.AsTheLibrary),
        ("""{"aBool":true}""", Verdict.AsTheLibrary),
        ("""{"aBool":"true"}""", Verdict.AsTheLibrary),
        ("""{"aBool":1}""", Verdict.AsTheLibrary),
        ("""{"aString":"\ud83d\ude00\u0000"}""", Verdict.AsTheLibrary),
        ("""{"aString":"\ud83d"}""", Verdict.AsTheLibrary),
        ("""{"aString":5}""", Verdict.AsTheLibrary),
        ("""{"someBytes":"AQI="}""", Verdict.AsTheLibrary),
        ("""{"someBytes":"AQI"}""", Verdict.Laxer), // The specification takes both alphabets, padded or not.
        ("""{"someBytes":"-_8="}""", Verdict.Laxer),
        ("""{"someBytes":"-_8"}""", Verdict.Laxer),
        ("""{"someBytes":"A"}""", Verdict.AsTheLibrary),
        ("""{"someBytes":"*"}""", Verdict.AsTheLibrary),
        ("""{"aColour":"BLUE"}""", Verdict.AsTheLibrary),
        ("""{"aColour":"CRIMSON"}""", Verdict.AsTheLibrary),
        ("""{"aColour":7}""", Verdict.AsTheLibrary),
        ("""{"aColour":1234}""", Verdict.AsTheLibrary),
        ("""{"aColour":"GREEN"}""", Verdict.AsTheLibrary),
        ("""{"aColour":"blue"}""", Verdict.AsTheLibrary),
        ("""{"aMessage":{"aMessage":{}}}""", Verdict.AsTheLibrary),
        ("""{"aMessage":[]}""", Verdict.AsTheLibrary),
        ("""{"int32s":[1,"2",3.0]}""", Verdict.AsTheLibrary),
        ("""{"int32s":[null]}""", Verdict.AsTheLibrary),
        ("""{"int32s":1}""", Verdict.AsTheLibrary),
        ("""{"int32s":null}""", Verdict.AsTheLibrary),
        ("""{"strings":["a",""]}""", Verdict.AsTheLibrary),
        ("""{"byString":{"a":"b","":""}}""", Verdict.AsTheLibrary),
        ("""{"byString":{"a":null}}""", Verdict.AsTheLibrary),
        ("""{"byInt32":{"-1":{}}}""", Verdict.AsTheLibrary),
        ("""{"byInt32":{"x":{}}}""", Verdict.AsTheLibrary),
        ("""{"byBool":{"true":"RED","false":0}}""", Verdict.AsTheLibrary),
        ("""{"byBool":{"1":"RED"}}""", Verdict.AsTheLibrary),
        ("""{"chosenInt32":1}""", Verdict.AsTheLibrary),
        ("""{"chosenInt32":1,"chosenString":"a"}""", Verdict.AsTheLibrary),
        ("""{"chosenInt32":null,"chosenString":"a"}""", Verdict.Laxer), // To the specification null is a field not set.
        ("""{"aString":"a","aString":"b"}""", Verdict.Stricter),
        ("""{"an_int32":1,"anInt32":2}""", Verdict.Stricter),
        ("""{"maybeInt32":0}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06T07:08:09.123456789Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06T07:08:09+08:00"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06T07:08:09-00:30"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"0001-01-01T00:00:00Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"9999-12-31T23:59:59.999999999Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"0000-01-01T00:00:00Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"10000-01-01T00:00:00Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06T07:08:09.1234567890Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06t07:08:09z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06 07:08:09Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-05-06T07:08:09"}""", Verdict.AsTheLibrary),
        ("""{"aTime":"2024-02-30T07:08:09Z"}""", Verdict.AsTheLibrary),
        ("""{"aTime":5}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"-0.5s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1.000000001s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"315576000000s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"315576000001s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1.0000000001s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"+1s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1.s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"1,5s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":".5s"}""", Verdict.AsTheLibrary),
        ("""{"aDuration":"PT1S"}""", Verdict.AsTheLibrary),
        ("""{"aStruct":{"a":[1,null,{"b":false}],"c":"x"}}""", Verdict.AsTheLibrary),
        ("""{"aStruct":[]}""", Verdict.AsTheLibrary),
        ("""{"aValue":null}""", Verdict.AsTheLibrary),
        ("""{"aValue":[{}]}""", Verdict.AsTheLibrary),
        ("""{"aValue":1e400}""", Verdict.AsTheLibrary),
        ("""{"aList":[1,"a",[null]]}""", Verdict.AsTheLibrary),
        ("""{"values":[null,1]}""", Verdict.AsTheLibrary),
        ("""{"aNull":null}""", Verdict.AsTheLibrary),
        ("""{"aNull":"NULL_VALUE"}""", Verdict.AsTheLibrary),
        ("""{"aMask":"aString,aMessage.anInt32"}""", Verdict.AsTheLibrary),
        ("""{"aMask":""}""", Verdict.AsTheLibrary),
        ("""{"aMask":"a_string"}""", Verdict.AsTheLibrary),
        ("""{"wrappedInt64":"5","wrappedBool":false,"wrappedString":"","wrappedBytes":"AQ=="}""", Verdict.AsTheLibrary),
        ("""{"wrappedInt64":null}""", Verdict.AsTheLibrary),
        ("""{"wrappedInt32":{"value":1}}""", Verdict.AsTheLibrary),
        ("""{"anEmpty":{}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"@type":"type.googleapis.com/bridgemesh.test.Fewer","aString":"x"}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"aString":"x","@type":"type.googleapis.com/bridgemesh.test.Fewer"}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"2024-05-06T07:08:09Z"}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"@type":"type.googleapis.com/google.protobuf.Int64Value","value":"7"}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"@type":"type.googleapis.com/nobody.Knows","aString":"x"}}""", Verdict.AsTheLibrary),
        ("""{"anAny":{"aString":"x"}}""", Verdict.AsTheLibrary),
        ("""{"aDate":{"year":2024,"month":2,"day":29}}""", Verdict.AsTheLibrary),
        ("""{"aDecimal":{"value":"12.50"}}""", Verdict.AsTheLibrary),
        ("""{"aDate":"2024-02-29"}""", Verdict.Laxer),
        ("""{"aDecimal":"12.50"}""", Verdict.Laxer),
        ("""{"aDate":{"year":2024,"month":2,"day":30}}""", Verdict.Stricter),
        ("""{"aDecimal":{"value":"twelve"}}""", Verdict.Stricter),
        ("""{"anInt32":1""", Verdict.AsTheLibrary),
        ("""{"anInt32":01}""", Verdict.AsTheLibrary),
        ("""[]""", Verdict.AsTheLibrary),
        ("""{"anInt32":1} x""", Verdict.AsTheLibrary),
    ];

    public static TheoryData<string, Verdict> All
    {
        get
        {
            var data = new TheoryData<string, Verdict>();
            Array.ForEach(Cases, c => data.Add(c.Json, c.Verdict));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Read_ACaseOfTheSpecification_IsJudgedAsTheLibraryDoes(string json, Verdict verdict) => Assert.Null(Judge(json, verdict));

    /// <summary>Null where the case comes out as it should, else what is wrong.</summary>
    internal static string? Judge(string json, Verdict verdict)
    {
        Kinds? expected = null;
        try
        {
            expected = JsonOracleTests.Parser.Parse<Kinds>(json);
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException
            or OverflowException or FormatException)
        {
            // It refuses.
        }

        using var tape = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), Peer.Kinds, Peer.ProtoJson, tape);
        var agrees = verdict switch
        {
            Verdict.Stricter => expected is not null && !status.IsOk,
            Verdict.Laxer => expected is null && status.IsOk,
            _ => expected is not null == status.IsOk,
        };
        if (!agrees)
        {
            return $"the library {(expected is null ? "refuses" : "takes")} it; we: {status} {TapeText.Of(tape)}";
        }

        if (expected is null || !status.IsOk)
        {
            return null;
        }

        var actual = Kinds.Parser.ParseFrom(Peer.Write(tape, Peer.Kinds));
        return Kinds.Parser.ParseFrom(expected.ToByteArray()).Equals(actual) ? null : Difference.Of(expected, actual);
    }
}
