using BridgeMesh.Codecs.Dubbo.Generic;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

public class GoldenGenericTests
{
    internal static bool IsGeneric(GoldenCase golden) =>
        golden.Find("requestDecoded", "method")?.ToString() is GenericCall.Method or GenericCall.AsyncMethod;
}
