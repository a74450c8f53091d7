using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>
/// Calls through SOFARPC's GenericService. The caller's own filter turns them into the calls that they mean before anything is written: the
/// real method and parameter types, <c>generic.revise=true</c>, and how values are serialized in <c>sofa_head_generic_type</c>: 0 as they
/// are, 1 and 2 with GenericObject and its kin under the classes that they stand for. What comes over the wire is an ordinary typed call,
/// with fields left out that the generic object had not set. The answer is an ordinary one too, whatever the type: with 2 the caller's own
/// decoder makes GenericObjects of it. Source: SOFARPC ConsumerGenericFilter, SofaRequestHessianSerializer, and the recordings.
/// </summary>
internal static class GenericCalls
{
    private static readonly TypeName[] Stand =
    [
        TypeName.Of(Package + "GenericObject"),
        TypeName.Of(Package + "GenericArray"),
        TypeName.Of(Package + "GenericCollection"),
        TypeName.Of(Package + "GenericMap"),
        TypeName.Of(Package + "GenericClass"),
    ];

    private const string Package = "com.alipay.hessian.generic.model.";

    /// <summary>
    /// Refuses what a caller of type 0 did not turn into real values. A real server passes it to the method and fails; fitted to a
    /// declared class it would become an object without a single field.
    /// </summary>
    internal static CodecStatus Check(ValueTape arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Type is { } type && Array.IndexOf(Stand, type) >= 0)
            {
                var detail = $"a {type.Text[Package.Length..]} in a call that does not serialize it as what it stands for: "
                    + "use $genericInvoke, which does";
                return CodecStatus.Fail(CodecError.TypeMismatch, detail, path: arguments.PathOf(i));
            }
        }

        return CodecStatus.Ok;
    }
}
