namespace BridgeMesh.Contracts;

/// <summary>
/// What changes of values mean in one format: each is a question of how what one side writes passes to a side with another declaration, asked
/// for requests from old to new and for replies from new to old. Implementations are stateless and safe for any thread.
/// </summary>
public abstract class ValueRules
{
    /// <summary>Null for changes that are not about values.</summary>
    public ChangeVerdict? Judge(ContractChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind switch
        {
            ChangeKind.TypeChanged or ChangeKind.EncodingChanged when change is { OldType: { } old, NewType: { } now } =>
                Of(change, Pass(old, now, change, change.NewService), Pass(now, old, change, change.OldService)),
            ChangeKind.TypeRenamed or ChangeKind.MessageRenamed => Both(change, Renamed(change)),
            ChangeKind.FieldAdded => Of(
                change,
                Missing(change, change.NewStruct, change.NewOrdinal),
                Unknown(change, change.NewStruct, change.NewOrdinal, change.OldService)),
            ChangeKind.FieldRemoved => Of(
                change,
                Unknown(change, change.OldStruct, change.OldOrdinal, change.NewService),
                Missing(change, change.OldStruct, change.OldOrdinal)),
            ChangeKind.FieldNumberChanged or ChangeKind.ConstantNumberChanged => Both(change, Renumbered(change)),
            ChangeKind.FieldPresenceChanged or ChangeKind.FieldOneofChanged => Presence(change),
            ChangeKind.ConstantAdded => Of(change, ValuePassage.Whole("old callers do not send it"), UnknownConstant(change, change.OldEnum)),
            ChangeKind.ConstantRemoved => Of(change, UnknownConstant(change, change.NewEnum), ValuePassage.Whole("the service does not answer it any more")),
            ChangeKind.SubclassAdded => Of(change, ValuePassage.Whole("old callers do not send it"), UnknownClass(change, change.NewStruct)),
            ChangeKind.SubclassRemoved => Of(change, UnknownClass(change, change.OldStruct), ValuePassage.Whole("the service does not answer it any more")),
            _ => null,
        };
    }

    /// <summary>A value that its writer declares as one type and its reader as another.</summary>
    /// <param name="reader">Contract of the side that reads; null where that is not known.</param>
    protected abstract ValuePassage Pass(TypeShape from, TypeShape to, ContractChange change, ServiceContract? reader);

    /// <summary>A field that the reader declares and the writer does not write.</summary>
    protected abstract ValuePassage Missing(ContractChange change, StructShape? declaring, int ordinal);

    /// <summary>A field that the writer writes and the reader does not declare.</summary>
    /// <param name="reader">Contract of the side that reads; null where that is not known.</param>
    protected abstract ValuePassage Unknown(ContractChange change, StructShape? declaring, int ordinal, ServiceContract? reader);

    /// <summary>A class or enum that both sides know by different names.</summary>
    protected abstract ValuePassage Renamed(ContractChange change);

    /// <summary>A constant that the reader does not declare.</summary>
    protected abstract ValuePassage UnknownConstant(ContractChange change, EnumShape? reader);

    /// <summary>A class that the reader does not declare, in place of one that it does.</summary>
    protected abstract ValuePassage UnknownClass(ContractChange change, StructShape? unknown);

    /// <summary>A field or constant that both sides know by different numbers.</summary>
    protected abstract ValuePassage Renumbered(ContractChange change);

    /// <summary>A field that changed whether it can be left out, or which others it shuts out.</summary>
    protected abstract ChangeVerdict Presence(ContractChange change);

    private static ChangeVerdict Of(ContractChange change, ValuePassage requests, ValuePassage replies) =>
        ChangeVerdict.Of(change.Use, requests, replies);

    private static ChangeVerdict Both(ContractChange change, ValuePassage either) => ChangeVerdict.Of(change.Use, either, either);
}
