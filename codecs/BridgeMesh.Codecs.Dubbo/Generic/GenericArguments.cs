using System.Collections.Immutable;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>Unwraps what a generic caller sends into ordinary arguments, so that the callee gets an ordinary call.</summary>
internal static class GenericArguments
{
    /// <summary>Reads from the name of the method on: <c>String method, String[] types, Object[] args</c>.</summary>
    internal static CodecStatus Read(ref HessianReader reader, Exchange exchange, GenericForm form)
    {
        if (form == GenericForm.Unknown)
        {
            return CodecStatus.Fail(CodecError.Unsupported, "the attachment generic is none of true, raw.return, bean and gson");
        }

        var status = reader.Skip();
        var scratch = ScratchTape.Rent(exchange.Request.Budget);
        try
        {
            // The type names go onto the tape too: an argument may refer to their array.
            status = status.IsOk ? reader.ReadValue(scratch) : status;
            var arguments = scratch.Count;
            status = status.IsOk ? reader.ReadValue(scratch) : status;
            return status.IsOk ? Unwrap(scratch, arguments, exchange, form) : status;
        }
        finally
        {
            ScratchTape.Return(scratch);
        }
    }

    private static CodecStatus Unwrap(ValueTape from, int array, Exchange exchange, GenericForm form)
    {
        var names = exchange.Signature?.TypeNames;
        array = from.Resolve(array);
        var count = from[array].Kind switch
        {
            ValueKind.Array or ValueKind.List => from[array].Count,
            ValueKind.Null => 0,
            _ => -1,
        };
        if (count < 0 || (names is { } wanted && count != wanted.Length && !(count == 0 && from[array].Kind == ValueKind.Null)))
        {
            return CodecStatus.Fail(
                CodecError.TypeMismatch, $"the generic call names {names?.Length ?? 0} types and has {Math.Max(0, count)} arguments");
        }

        using var transfer = new TapeTransfer(from, exchange.Request)
        {
            ZoneOffsetMinutes = exchange.Contract?.Policy.ZoneOffsetMinutes ?? 0,
        };
        var end = from.Next(array);
        var ordinal = 0;
        for (var child = array + 1; child < end && !exchange.Request.Failed; child = from.Next(child))
        {
            CopyOne(in transfer, child, ordinal, names, exchange, form);
            ordinal++;
        }

        // Java stands nulls in for an argument array that is null.
        for (; ordinal < names?.Length; ordinal++)
        {
            exchange.Request.AddNull();
        }

        return exchange.Request.Status;
    }

    private static void CopyOne(
        in TapeTransfer transfer, int index, int ordinal, ImmutableArray<string>? names, Exchange exchange, GenericForm form)
    {
        if (form == GenericForm.Bean)
        {
            BeanRealiser.Copy(in transfer, index);
            return;
        }

        // Where no contract says what the parameter is, its name still does for scalars and their arrays.
        var declared = names is { } n ? n[ordinal] : null;
        var parameters = exchange.Shape?.Parameters;
        var shape = ordinal < parameters?.Length ? parameters.Value[ordinal].Type : declared is null ? null : NamedTypes.Find(declared);
        if (form == GenericForm.Gson)
        {
            JsonArgument.Copy(in transfer, index, shape, declared, exchange.Contract?.Policy ?? ValuePolicy.Default);
        }
        else
        {
            Realiser.Copy(in transfer, index, shape, declared);
        }
    }
}
