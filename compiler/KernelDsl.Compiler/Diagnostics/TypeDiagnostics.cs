namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD3xxx: element types, extents, examples. KD4xxx: schedules. KD6xxx: advice.</summary>
internal static class TypeDiagnostics
{
    public static readonly DiagnosticDescriptor UnknownType = Error("KD3001", "Unknown element type", "No element type is named '{0}'{1}.",
        "Element types are f64 f32 f16 bf16 f8e4m3 f8e5m2 i64 i32 i16 i8 u8 i4 u4 i2 bool; scalars may also be int (i64) and float (f32).");

    public static readonly DiagnosticDescriptor MixedTypeParameter = Error("KD3002", "Type parameter mixes kinds", "Type parameter '{0}' mixes {1} and {2} types; all allowed types must be of one kind.",
        "Integer and floating-point arithmetic differ (division, for one), so a kernel is one or the other.");

    public static readonly DiagnosticDescriptor OperandKind = Error("KD3003", "Operand has the wrong type", "'{0}' needs {1}, and '{2}' is {3}.",
        "Truth values and numbers do not mix; convert with 'as', or compare.");

    public static readonly DiagnosticDescriptor ConditionKind = Error("KD3004", "Condition is not a truth value", "A condition must be a truth value, and '{0}' is {1}; compare it with something.",
        "Write 'x != 0', not 'x'.");

    public static readonly DiagnosticDescriptor IndexKind = Error("KD3005", "Subscript is not an integer", "A subscript must be an integer, and '{0}' is {1}; convert it with 'as i64'.",
        "Positions are integers.");

    public static readonly DiagnosticDescriptor StoreKind = Error("KD3006", "Value does not fit the output", "'{0}' holds {1}, and the value is {2}; convert it with 'as {3}'.",
        "An integer is converted to a float silently, nothing else is.");

    public static readonly DiagnosticDescriptor BranchKinds = Error("KD3007", "Branches differ", "One branch is {0} and the other is {1}; both must be numbers, or both truth values.",
        "Both branches of 'if' and both sides of 'else' are of one kind.");

    public static readonly DiagnosticDescriptor ArgumentKind = Error("KD3008", "Argument has the wrong type", "'{0}' needs {1}, and '{2}' is {3}.",
        "See the function in the language reference.");

    public static readonly DiagnosticDescriptor ExtentValue = Error("KD3009", "Not an extent", "{0}",
        "An extent is an integer expression over extents and consts.");

    public static readonly DiagnosticDescriptor ConstValue = Error("KD3010", "Not a constant", "{0}",
        "A const parameter's values and default are integers that are not negative, and the default is one of the values.");

    public static readonly DiagnosticDescriptor ExampleName = Error("KD3011", "Example gives an unknown size", "Kernel '{0}' has no parameter or size named '{1}'{2}.",
        "An example gives values to type parameters, consts, extents and scalars.");

    public static readonly DiagnosticDescriptor ExampleMissing = Error("KD3012", "Example lacks a value", "Example '{0}' gives no value to '{1}', which has no default.",
        "Add it to the braces.");

    public static readonly DiagnosticDescriptor ExampleValue = Error("KD3013", "Value is not allowed", "{0}",
        "Types and consts must be among those that the kernel allows; extents are integers of at least 1.");

    public static readonly DiagnosticDescriptor ExampleCondition = Error("KD3014", "Example does not meet the kernel's conditions", "Example '{0}' does not meet '{1}'{2}.",
        "The 'where' of the signature holds for every call.");

    public static readonly DiagnosticDescriptor ReductionKind = Error("KD3015", "Reduction of the wrong type", "'{0}' needs {1}, and '{2}' is {3}.",
        "any and all take truth values, the other reductions take numbers.");

    public static readonly DiagnosticDescriptor UniformCondition = Error("KD3016", "Condition is not about the call", "'{0}' cannot stand in the 'where' of a signature, which is checked once at the call; only extents, consts and scalars can.",
        "Put conditions on points or data after the definition that they restrict.");

    public static readonly DiagnosticDescriptor ScalarType = Error("KD3017", "Type needs axes", "{0}",
        "Scalars are int, float, or an element type; sub-byte and 8-bit types are for tensors.");

    public static readonly DiagnosticDescriptor ScheduleTarget = Error("KD4001", "Unknown target", "No target is named '{0}'{1}.",
        "Targets are cuda and cpu; cuda takes an architecture such as sm_80, sm_89 or sm_90.");

    public static readonly DiagnosticDescriptor ScheduleDirective = Error("KD4002", "Unknown directive", "No directive is named '{0}'{1}.",
        "Directives are tile, stages, warps, split, threads and vector.");

    public static readonly DiagnosticDescriptor ScheduleValue = Error("KD4003", "Directive does not fit", "{0}",
        "Directives take positive integers, with '|' between the values to choose from; tile and split also name an axis.");

    public static readonly DiagnosticDescriptor DuplicateSchedule = Error("KD4004", "Said twice", "{0}",
        "Each kernel has one schedule for a target, each schedule a directive once for each axis, each example its own name.");

    public static readonly DiagnosticDescriptor UnusedParameter = new("KD6001", "Parameter is not used", "Parameter '{0}' is not used.", DiagnosticSeverity.Warning,
        "Remove it, or use it.");

    public static readonly DiagnosticDescriptor UnusedLocal = new("KD6002", "Value is not used", "'{0}' is not used by any equation.", DiagnosticSeverity.Warning,
        "Remove it, or use it.");

    public static readonly DiagnosticDescriptor ManyVariants = new("KD6005", "Many types", "Kernel '{0}' allows {1} choices of its types; generated code has only those of its examples, of at most {2}.", DiagnosticSeverity.Info,
        "List fewer types, or name in examples the ones that are used.");

    public static readonly DiagnosticDescriptor ImpossibleCondition = new("KD6003", "Condition never holds", "'{0}' never holds, so the kernel cannot be called.", DiagnosticSeverity.Warning,
        "Every extent is at least 1; look at the condition together with those before it.");

    public static readonly DiagnosticDescriptor HiddenAxis = new("KD6004", "Axis is hidden", "What '{0}[{1}]' ranges over is the same at each point of '{1}': a reduction inside has axis '{1}' for itself.", DiagnosticSeverity.Warning,
        "Remove one of the reductions, or multiply by the extent if that is meant.");

    /// <summary>Everything in this catalogue.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        UnknownType, MixedTypeParameter, OperandKind, ConditionKind, IndexKind, StoreKind, BranchKinds, ArgumentKind,
        ExtentValue, ConstValue, ExampleName, ExampleMissing, ExampleValue, ExampleCondition, ReductionKind, UniformCondition,
        ScalarType, ScheduleTarget, ScheduleDirective, ScheduleValue, DuplicateSchedule, UnusedParameter,
        UnusedLocal, ImpossibleCondition, HiddenAxis, ManyVariants,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message, string help) => BindingDiagnostics.Error(id, title, message, help);
}
