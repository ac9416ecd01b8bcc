namespace KernelDsl.Compiler.Tiles;

/// <summary>The types that a value has inside a thread. Narrow elements are widened when loaded and rounded when stored.</summary>
internal enum ScalarType
{
    Bool,
    I64,
    F32,
    F64,
}

/// <summary>A pure expression of one thread. <c>Select</c>, <c>And</c> and <c>Or</c> evaluate only what they need.</summary>
internal abstract record Value(ScalarType Type);

internal sealed record IntegerValue(long Number) : Value(ScalarType.I64);

internal sealed record FloatValue(double Number, ScalarType Type) : Value(Type);

internal sealed record BooleanValue(bool Truth) : Value(ScalarType.Bool);

/// <summary>A variable of the thread: a grid axis, a serial loop of the host, a loop variable or a declared local.</summary>
internal sealed class Local(string name, ScalarType type)
{
    /// <summary>Unique inside its stage and a valid identifier of C# and C.</summary>
    public string Name { get; } = name;

    public ScalarType Type { get; } = type;
}

internal sealed record LocalValue(Local Local) : Value(Local.Type);

/// <summary>An extent, const or scalar that the host passes. I64 or F32/F64/Bool.</summary>
internal sealed record ArgumentValue(ProgramArgument Argument) : Value(Argument.Type);

/// <summary>One element, widened: f16, bf16, fp8 and f32 to F32, f64 to F64, integers to I64, bool to Bool. The index counts elements.</summary>
internal sealed record LoadValue(ProgramBuffer Buffer, Value Index) : Value(Widened(Buffer.Element))
{
    public static ScalarType Widened(ElementType element) => element switch
    {
        ElementType.F64 => ScalarType.F64,
        ElementType.Bool => ScalarType.Bool,
        _ when element.IsInteger() => ScalarType.I64,
        _ => ScalarType.F32,
    };
}

internal sealed record UnaryValue(UnaryOperation Operation, Value Operand) : Value(Operand.Type);

/// <summary>Both operands have one type; comparisons give Bool, the others that type.</summary>
internal sealed record BinaryValue(BinaryOperation Operation, Value Left, Value Right)
    : Value(Operation is >= BinaryOperation.Equal and <= BinaryOperation.GreaterOrEqual ? ScalarType.Bool : Left.Type);

internal sealed record SelectValue(Value Condition, Value WhenTrue, Value WhenFalse) : Value(WhenTrue.Type);

/// <summary>A mathematical function; see <see cref="MathFunction"/> for the operand types.</summary>
internal sealed record CallValue(MathFunction Function, ImmutableArray<Value> Arguments, ScalarType Type) : Value(Type);

/// <summary>
/// Conversion between scalar types. Float to I64 truncates toward zero, saturates, and gives 0 for NaN; Bool to number gives 0 or 1;
/// number to Bool is "not 0".
/// </summary>
internal sealed record ConvertValue(ScalarType Type, Value Operand) : Value(Type);

/// <summary>
/// Rounds to what the element type can hold and widens again: round to nearest even for floats (fp8 saturates to the largest finite
/// value, NaN stays), wrap-around for integers. The operand already has the widened type of the element.
/// </summary>
internal sealed record RoundValue(ElementType Element, Value Operand) : Value(Operand.Type);

internal enum UnaryOperation
{
    Negate,
    Not,
    Complement,
}

/// <summary>
/// On I64: Divide and Remainder are floor division and its remainder (a zero divisor gives 0 for both, no trap), arithmetic wraps,
/// shifts take the amount mod 64 and the right one keeps the sign. On floats: Remainder is <c>a - b * floor(a / b)</c>; Minimum and Maximum give NaN
/// when either operand is NaN.
/// </summary>
internal enum BinaryOperation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Minimum,
    Maximum,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}

/// <summary>
/// Functions of floats give the type of their operands. <c>Abs</c>, <c>Sign</c> and <c>Popcount</c> also take I64. <c>IsNan</c> gives Bool.
/// <c>Random</c> takes I64 values (the seed first) and gives an F32 in [0, 1): with <c>mix</c> the finaliser of splitmix64,
/// <c>h = mix(seed + 0x9E3779B97F4A7C15)</c>, then for each counter <c>h = mix((h ^ counter) + 0x9E3779B97F4A7C15)</c>, and <c>(h >> 40) * 2^-24</c>.
/// </summary>
internal enum MathFunction
{
    Abs, Sign, Exp, Exp2, Expm1, Log, Log2, Log1p, Sqrt, Rsqrt, Pow, Sin, Cos, Tan, Tanh, Sigmoid, Softplus, Erf,
    Floor, Ceil,

    /// <summary>To the nearest integer, halves to even.</summary>
    Round,
    Fma, IsNan, Popcount, Random,
}
