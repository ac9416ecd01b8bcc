using System.Globalization;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

internal abstract partial class StageEmitter
{
    protected abstract string Integer(long number);

    protected abstract string SpecialFloat(double number, ScalarType type);

    protected abstract string LoadElement(ProgramBuffer buffer, string index);

    protected abstract string Call(MathFunction function, ScalarType type, ImmutableArray<string> arguments);

    /// <summary>Conversion of a float to I64.</summary>
    protected abstract string Truncate(string operand, ScalarType from);

    protected abstract string RoundFloat(ElementType element, string operand);

    /// <summary>Division, remainder, minimum and maximum, for which the languages have no operator of the same meaning.</summary>
    protected abstract string Special(BinaryOperation operation, ScalarType type, string left, string right);

    protected virtual string Index(Value index)
    {
        StageTypes.RequireSame(ScalarType.I64, index, "an index");
        return Bare(Expression(index));
    }

    protected virtual string Argument(ProgramArgument argument) => Names.Of(argument, argument.Name);

    protected static string Boolean(bool truth) => truth ? "true" : "false";

    protected string Float(double number, ScalarType type)
    {
        // Rounded here, so that the text has no digits that binary32 cannot hold.
        var value = type == ScalarType.F32 ? (float)number : number;
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return SpecialFloat(value, type);
        }

        var text = value.ToString(type == ScalarType.F32 ? "G9" : "G17", CultureInfo.InvariantCulture);
        var isNegativeZero = value == 0 && 1 / value < 0;
        text = isNegativeZero ? "-0.0" : text.IndexOfAny(['.', 'E']) < 0 ? text + ".0" : text;
        text += type == ScalarType.F32 ? "f" : string.Empty;
        return text[0] == '-' ? $"({text})" : text;
    }

    /// <summary>Code for a value: one operand, a call, or something in parentheses.</summary>
    protected string Expression(Value value)
    {
        DeepStack.Guard();
        return Code(value);
    }

    private string Code(Value value) => value switch
    {
        IntegerValue integer => Integer(integer.Number),
        FloatValue number => Float(number.Number, number.Type),
        BooleanValue boolean => Boolean(boolean.Truth),
        LocalValue local => NameOf(local.Local),
        ArgumentValue argument => Argument(argument.Argument),
        LoadValue load => LoadElement(load.Buffer, Index(load.Index)),
        UnaryValue unary => Unary(unary),
        BinaryValue binary => Binary(binary),
        SelectValue select => Select(select),
        CallValue call => Call(call.Function, call.Arguments[0].Type, call.Arguments.Select(a => Bare(Expression(a))).ToImmutableArray()),
        ConvertValue convert => Convert(convert),
        RoundValue round => Round(round),
        _ => throw new NotSupportedException($"No emitter knows the value {value.GetType().Name}."),
    };

    protected virtual string Unary(UnaryValue unary) => (unary.Operation, unary.Type) switch
    {
        (UnaryOperation.Negate, not ScalarType.Bool) => $"(-{Expression(unary.Operand)})",
        (UnaryOperation.Not or UnaryOperation.Complement, ScalarType.Bool) => $"(!{Expression(unary.Operand)})",
        (UnaryOperation.Complement, ScalarType.I64) => $"(~{Expression(unary.Operand)})",
        _ => throw new InvalidOperationException($"{unary.Operation} has no meaning for {unary.Type}."),
    };

    protected virtual string Binary(BinaryValue binary)
    {
        StageTypes.RequireSame(binary.Left.Type, binary.Right, "the right operand");
        return Binary(binary.Operation, binary.Left.Type, Expression(binary.Left), Expression(binary.Right));
    }

    protected virtual string Binary(BinaryOperation operation, ScalarType type, string left, string right)
    {
        StageTypes.RequireOperation(operation, type);
        return (operation, type) switch
        {
            (BinaryOperation.Divide, ScalarType.I64) or (BinaryOperation.Remainder, _) => Special(operation, type, Bare(left), Bare(right)),
            (BinaryOperation.Minimum, ScalarType.Bool) => $"({left} & {right})",
            (BinaryOperation.Maximum, ScalarType.Bool) => $"({left} | {right})",
            (BinaryOperation.Minimum or BinaryOperation.Maximum, _) => Special(operation, type, Bare(left), Bare(right)),
            _ => $"({left} {Operator(operation)} {right})",
        };
    }

    protected static string Operator(BinaryOperation operation) => operation switch
    {
        BinaryOperation.Add => "+",
        BinaryOperation.Subtract => "-",
        BinaryOperation.Multiply => "*",
        BinaryOperation.Divide => "/",
        BinaryOperation.Equal => "==",
        BinaryOperation.NotEqual => "!=",
        BinaryOperation.Less => "<",
        BinaryOperation.LessOrEqual => "<=",
        BinaryOperation.Greater => ">",
        BinaryOperation.GreaterOrEqual => ">=",
        BinaryOperation.And => "&&",
        BinaryOperation.Or => "||",
        BinaryOperation.BitAnd => "&",
        BinaryOperation.BitOr => "|",
        BinaryOperation.BitXor => "^",
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private string Select(SelectValue select)
    {
        StageTypes.RequireSame(ScalarType.Bool, select.Condition, "the condition of a selection");
        StageTypes.RequireSame(select.Type, select.WhenFalse, "the second value of a selection");
        return $"({Expression(select.Condition)} ? {Expression(select.WhenTrue)} : {Expression(select.WhenFalse)})";
    }

    private string Convert(ConvertValue convert)
    {
        var operand = Expression(convert.Operand);
        var from = convert.Operand.Type;
        return (from, convert.Type) switch
        {
            _ when from == convert.Type => operand,
            (ScalarType.Bool, ScalarType.I64) => $"({operand} ? {Integer(1)} : {Integer(0)})",
            (ScalarType.Bool, _) => $"({operand} ? {Float(1, convert.Type)} : {Float(0, convert.Type)})",
            (_, ScalarType.Bool) => $"({operand} != {Zero(from)})",
            (ScalarType.I64, _) or (_, ScalarType.F32 or ScalarType.F64) => $"({TypeName(convert.Type)}){operand}".Enclose(),
            (_, ScalarType.I64) => Truncate(Bare(operand), from),
            _ => throw new NotSupportedException($"No conversion from {from} to {convert.Type}."),
        };
    }

    private string Round(RoundValue round)
    {
        StageTypes.RequireSame(LoadValue.Widened(round.Element), round.Operand, $"a value rounded to {round.Element.Name()}");
        return round.Element switch
        {
            ElementType.F64 or ElementType.F32 or ElementType.I64 or ElementType.Bool => Expression(round.Operand),
            _ when round.Element.IsInteger() => Wrap(round.Element, Expression(round.Operand)),
            _ => RoundFloat(round.Element, Bare(Expression(round.Operand))),
        };
    }

    /// <summary>Keeps the low bits of an I64.</summary>
    protected abstract string Wrap(ElementType element, string operand);
}
