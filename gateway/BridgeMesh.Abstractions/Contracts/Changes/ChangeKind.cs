namespace BridgeMesh.Contracts;

/// <summary>In what a newer contract can differ from an older one.</summary>
public enum ChangeKind : byte
{
    ServiceAdded,
    ServiceRemoved,

    /// <summary>Interface, version, group or uniqueId of the only service that can be meant.</summary>
    ServiceKeyChanged,

    /// <summary>The service's full name in protobuf.</summary>
    ServiceProtoNameChanged,

    /// <summary>How values are written in JSON.</summary>
    ValuesChanged,
    MethodAdded,
    MethodRemoved,

    /// <summary>The name in Java of what is the same method in protobuf.</summary>
    MethodRenamed,

    /// <summary>The name in protobuf, which overloads do not share.</summary>
    MethodProtoNameChanged,
    ParameterAdded,
    ParameterRemoved,
    ParameterRenamed,

    /// <summary>The same parameter in another place.</summary>
    ParameterMoved,

    /// <summary>Which message carries the arguments in protobuf: the only parameter, one made of all, or none.</summary>
    RequestMessageChanged,

    /// <summary>Which message carries the result in protobuf.</summary>
    ResponseMessageChanged,
    ExceptionAdded,
    ExceptionRemoved,
    IdempotentChanged,
    OneWayChanged,
    StreamsChanged,

    /// <summary>The method has a verb and path where it had none.</summary>
    BindingAdded,
    BindingRemoved,
    VerbChanged,
    PathChanged,

    /// <summary>The part of the HTTP request that carries a parameter, or its name there.</summary>
    BoundParameterChanged,

    /// <summary>Of a parameter, result, field, element or key.</summary>
    TypeChanged,

    /// <summary>The same type, encoded otherwise in protobuf.</summary>
    EncodingChanged,

    /// <summary>A class or enum under another Java name at the same places.</summary>
    TypeRenamed,

    /// <summary>The full name in protobuf alone.</summary>
    MessageRenamed,
    FieldAdded,
    FieldRemoved,

    /// <summary>The number in protobuf, written or by its place.</summary>
    FieldNumberChanged,
    FieldPresenceChanged,
    FieldOneofChanged,

    /// <summary>A declared class that may stand in for the one at hand.</summary>
    SubclassAdded,
    SubclassRemoved,

    /// <summary>The status by which HTTP tells an exception.</summary>
    HttpStatusChanged,
    ConstantAdded,
    ConstantRemoved,

    /// <summary>The number in protobuf, written or by its place.</summary>
    ConstantNumberChanged,
}

/// <summary>In which direction values of a type travel.</summary>
[Flags]
public enum ValueUse : byte
{
    None = 0,

    /// <summary>From callers to the service.</summary>
    Requests = 1,

    /// <summary>From the service to callers, exceptions among them.</summary>
    Replies = 2,
    Both = Requests | Replies,
}

/// <summary>Where a type is declared, as formats write some places with less type than others.</summary>
public enum ValuePlace : byte
{
    Parameter,
    Result,
    Field,

    /// <summary>Element of a list, set or array, or value of a map.</summary>
    Element,

    /// <summary>Key of a map.</summary>
    Key,
}
