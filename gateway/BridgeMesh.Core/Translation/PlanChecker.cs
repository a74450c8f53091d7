using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// The first walk: checks every value against its declared type and changes in place what a token alone can say otherwise. Finds out
/// whether a second walk must change the structure.
/// </summary>
internal ref struct PlanChecker(ValueTape tape, ValuePolicy policy)
{
    private readonly ValueTape _tape = tape;
    private readonly ValuePolicy _policy = policy;

    /// <summary>Whether some container must become another one.</summary>
    public bool NeedsRewrite { get; private set; }

    /// <param name="mayBeNull">Java's own decoders read null into a primitive field as its default; an argument cannot be that.</param>
    public bool TryFit(int index, ValuePlan plan, bool mayBeNull = true) =>
        ((mayBeNull ? plan.AsIsOrNull : plan.AsIs) & (1u << (int)_tape[index].Kind)) != 0 || TryChange(index, plan);

    // What the plan's mask did not let pass: nulls that may not be, containers, and single values of another form.
    private bool TryChange(int index, ValuePlan plan)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Null or ValueKind.Absent:
                return Mismatch(index, plan.Shape);
            case ValueKind.Reference:
                NeedsRewrite |= !HeadFits(_tape, _tape.Resolve(index), plan.Shape);
                return true;
        }

        switch (plan.Operation)
        {
            case PlanOperation.Pass:
                return true;
            case PlanOperation.Sequence:
                return TrySequence(index, plan);
            case PlanOperation.Map:
                return TryMap(index, plan);
            case PlanOperation.Class:
                return TryClass(index, plan);
            case PlanOperation.Bytes:
                return TryBytes(index, plan.Shape);
            case PlanOperation.Enum when token.Kind is ValueKind.Map or ValueKind.Object:
                return TryEnumObject(index, plan.Shape);
            default:
                return ScalarFit.TryFit(_tape, index, plan.Shape) || Mismatch(index, plan.Shape);
        }
    }

    /// <summary>Whether a value that another place shares can stand here as it is; what is below its head is not looked at again.</summary>
    public static bool HeadFits(ValueTape tape, int index, TypeShape shape)
    {
        ref readonly var token = ref tape[index];
        return shape.Kind switch
        {
            ShapeKind.Any or ShapeKind.Void => true,
            ShapeKind.List or ShapeKind.Set => token.Kind == ValueKind.List,
            ShapeKind.Array => token.Kind == ValueKind.Array && token.Type == shape.TapeType,
            ShapeKind.Map => token.Kind == ValueKind.Map,
            ShapeKind.Struct => token.Kind == ValueKind.Object,
            ShapeKind.Bytes => token.Kind == ValueKind.Bytes,
            ShapeKind.Enum => token.Kind == ValueKind.Enum && token.Type == shape.TapeType,
            ShapeKind.Text => token.Kind == ValueKind.Text && token.Type == shape.TapeType,
            ShapeKind.Decimal => token.Kind == ValueKind.Decimal,
            ShapeKind.BigInteger => token.Kind == ValueKind.BigInteger,
            ShapeKind.Instant => token.Kind == ValueKind.Instant,
            _ => !token.IsContainer,
        };
    }

    /// <summary>
    /// The class that an untyped map becomes. Dubbo's generic form names one in an entry <c>class</c>; it counts where the contract knows
    /// it.
    /// </summary>
    public static ValuePlan ClassOfMap(ValueTape tape, int index, ValuePlan plan)
    {
        // Without subclasses there is nothing to choose.
        if (plan.Shape.Subtypes is null)
        {
            return plan;
        }

        if (tape[index].Type is { } own && plan.Shape.Narrow(own.Utf8) is { } typed)
        {
            return ValuePlan.Of(typed);
        }

        var end = tape.Next(index);
        for (int key = index + 1, value; key < end; key = tape.Next(value))
        {
            value = tape.Next(key);
            if (IsClassKey(tape, key) && tape[value].Kind == ValueKind.String && plan.Shape.Narrow(tape.Utf8(value)) is { } named)
            {
                return ValuePlan.Of(named);
            }
        }

        return plan;
    }

    public static bool IsClassKey(ValueTape tape, int key) =>
        tape[key].Kind == ValueKind.String && tape.Utf8(key).SequenceEqual("class"u8);

    /// <summary>Ordinal of the field that a map's key names; -1 when it names none.</summary>
    /// <param name="expected">The ordinal tried first.</param>
    public static int FieldOf(ValueTape tape, int key, ClassPlan? fields, int expected) =>
        fields is not null && tape[tape.Resolve(key)].Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum
            ? fields.Find(tape.Utf8(tape.Resolve(key)), expected)
            : -1;

    private bool TrySequence(int index, ValuePlan plan)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind is not (ValueKind.List or ValueKind.Array))
        {
            return Mismatch(index, plan.Shape);
        }

        var isSet = plan.Shape.Kind == ShapeKind.Set;
        if (token.Kind != plan.SequenceKind || plan.SequenceKind == ValueKind.Array)
        {
            _tape.SetSequence(index, plan.SequenceKind, plan.TapeType, isSet);
        }
        else if (isSet != ((token.Flags & ValueFlags.Set) != 0) && (isSet || token.Type is null))
        {
            // A set under its own class name may stand where any collection is declared.
            _tape.SetSequence(index, plan.SequenceKind, token.Type, isSet);
        }

        if (plan.Element is not { } element)
        {
            return true;
        }

        var asIs = element.AsElement;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if ((asIs & (1u << (int)_tape[i].Kind)) == 0 && !TryChange(i, element))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryMap(int index, ValuePlan plan)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Object && token.Type is null)
        {
            return TryObjectAsMap(index, plan);
        }

        if (token.Kind != ValueKind.Map)
        {
            return Mismatch(index, plan.Shape);
        }

        var end = _tape.Next(index);
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            if ((plan.Key is { } keys && !TryFit(key, keys)) || (plan.Element is { } values && !TryFit(value, values)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryObjectAsMap(int index, ValuePlan plan)
    {
        NeedsRewrite = true;
        if (plan.Shape.Key is { Kind: not (ShapeKind.String or ShapeKind.Any) })
        {
            return Mismatch(index, plan.Shape);
        }

        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (plan.Element is { } values && !TryFit(i, values))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryClass(int index, ValuePlan plan)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Map)
        {
            return TryMapAsClass(index, plan);
        }

        if (token.Kind != ValueKind.Object)
        {
            return Mismatch(index, plan.Shape);
        }

        if (token.Type is null)
        {
            _tape.SetType(index, plan.TapeType);
        }

        // A class that the contract does not know may still have the declared one's fields.
        if (plan.Narrow(token.Type).Class is not { } known)
        {
            return true;
        }

        var names = known.Names;
        var fields = known.Fields;
        var expected = 0;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            ref readonly var child = ref _tape[i];
            if (child.Name is not { } name)
            {
                continue;
            }

            var ordinal = (uint)expected < (uint)names.Length && ReferenceEquals(names[expected], name) ? expected : known.Find(name.Utf8, -1);
            if (ordinal < 0)
            {
                continue;
            }

            expected = ordinal + 1;
            var field = fields[ordinal];
            if ((field.AsIsOrNull & (1u << (int)child.Kind)) == 0 && !TryChange(i, field))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryMapAsClass(int index, ValuePlan plan)
    {
        NeedsRewrite = true;
        var known = ClassOfMap(_tape, index, plan).Class;
        var expected = 0;
        var end = _tape.Next(index);
        for (int key = index + 1, value; key < end; key = _tape.Next(value))
        {
            value = _tape.Next(key);
            var ordinal = FieldOf(_tape, key, known, expected);
            if (ordinal >= 0)
            {
                expected = ordinal + 1;
                if (!TryFit(value, known!.Fields[ordinal])) // An ordinal was found in them.
                {
                    return false;
                }
            }
            else if (_policy.RejectUnknown && !IsClassKey(_tape, key))
            {
                return Fail(value, $"{plan.Shape} has no such field");
            }
        }

        return true;
    }

    private bool TryBytes(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        if (token.Kind == ValueKind.Bytes)
        {
            return true;
        }

        if (token.Kind is not (ValueKind.List or ValueKind.Array))
        {
            return Mismatch(index, shape);
        }

        NeedsRewrite = true;
        var end = _tape.Next(index);
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (_tape[i].Kind is not (ValueKind.Int32 or ValueKind.Int64) || _tape[i].AsInt64 is < -128 or > 255)
            {
                return Fail(i, "a byte is a number from -128 to 255");
            }
        }

        return true;
    }

    // Untyped callers send an enum as they see it decoded: { name: 'PAID' }.
    private bool TryEnumObject(int index, TypeShape shape)
    {
        NeedsRewrite = true;
        var name = NameOfEnum(_tape, index);
        return (name >= 0 && ScalarFit.TryFit(_tape, name, shape)) || Mismatch(index, shape);
    }

    /// <summary>The text token under <c>name</c> of an enum in the form of an object or map; -1 without one.</summary>
    public static int NameOfEnum(ValueTape tape, int index)
    {
        if (tape[index].Kind == ValueKind.Object)
        {
            var field = tape.FindField(index, "name"u8);
            return field >= 0 && IsText(tape, field) ? field : -1;
        }

        var end = tape.Next(index);
        for (int key = index + 1, value; key < end; key = tape.Next(value))
        {
            value = tape.Next(key);
            if (tape[key].Kind == ValueKind.String && tape.Utf8(key).SequenceEqual("name"u8) && IsText(tape, value))
            {
                return value;
            }
        }

        return -1;
    }

    private static bool IsText(ValueTape tape, int index) => tape[index].Kind is ValueKind.String or ValueKind.Enum;

    private readonly bool Mismatch(int index, TypeShape shape) =>
        Fail(index, ScalarFit.Explain(_tape, index, shape) ?? $"expected {shape}, found {ValueWords.Describe(_tape, index)}");

    private readonly bool Fail(int index, string detail)
    {
        _tape.Fail(CodecStatus.Fail(CodecError.TypeMismatch, detail, -1, _tape.PathOf(index)));
        return false;
    }
}
