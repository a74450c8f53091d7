using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>Writes an exception that a consumer can decode and catch: see <see cref="DubboThrowables"/>; a generic caller gets its own
/// class.</summary>
internal static class ThrowableWriter
{
    /// <summary>For generic callers; of the two classes of that name 2.7 and 3 know this one alike, as recordings of both show.</summary>
    private static readonly TypeName GenericException = TypeName.Of("org.apache.dubbo.rpc.service.GenericException");

    internal static CodecStatus Write(ref HessianWriter writer, Exchange exchange, CallerFlags caller) =>
        caller.Generic != GenericForm.None && DubboThrowables.ClassOf(exchange) is { } type
            ? WriteGeneric(ref writer, exchange, type)
            : DubboThrowables.Write(writer, exchange);

    private static CodecStatus WriteGeneric(ref HessianWriter writer, Exchange exchange, TypeName type)
    {
        var fields = ScratchTape.Rent(exchange.Reply.Budget);
        try
        {
            fields.BeginObject(GenericException);
            fields.Name(FieldName.Of("exceptionClass"u8));
            fields.AddString(type.Utf8);
            fields.Name(FieldName.Of("exceptionMessage"u8));
            if (exchange.Message is null)
            {
                fields.AddNull();
            }
            else
            {
                fields.AddString(exchange.Message);
            }

            fields.End();
            return writer.WriteThrowable(GenericException, DubboThrowables.WithClass(type, exchange.Message), fields);
        }
        finally
        {
            ScratchTape.Return(fields);
        }
    }
}
