using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

/// <summary>Holds a program to the typing rules of its classes. A breach is a mistake of the compiler, never of a spec.</summary>
internal static class StageTypes
{
    public static void RequireSame(ScalarType expected, Value? value, string what)
    {
        if (value is not null && value.Type != expected)
        {
            throw new InvalidOperationException($"The loop program is not well typed: {what} is {value.Type}, not {expected}.");
        }
    }

    public static void RequireOperation(BinaryOperation operation, ScalarType type)
    {
        var isValid = operation switch
        {
            BinaryOperation.Equal or BinaryOperation.NotEqual => true,
            BinaryOperation.And or BinaryOperation.Or => type == ScalarType.Bool,
            BinaryOperation.BitAnd or BinaryOperation.BitOr or BinaryOperation.BitXor => type is ScalarType.Bool or ScalarType.I64,
            BinaryOperation.ShiftLeft or BinaryOperation.ShiftRight => type == ScalarType.I64,
            BinaryOperation.Minimum or BinaryOperation.Maximum => true,
            _ => type != ScalarType.Bool,
        };
        if (!isValid)
        {
            throw new InvalidOperationException($"The loop program is not well typed: {operation} has no meaning for {type}.");
        }
    }

    public static void RequireUpdate(Update update)
    {
        RequireSame(LoadValue.Widened(update.Buffer.Element), update.Value, $"a value combined into '{update.Buffer.Name}'");
        if (update.Buffer.Element is not (ElementType.F32 or ElementType.F64 or ElementType.I64 or ElementType.I32))
        {
            throw new InvalidOperationException($"'{update.Buffer.Name}' has elements of type {update.Buffer.Element.Name()}, which cannot be updated.");
        }

        if (update.Operation is BinaryOperation.And or BinaryOperation.Or or (>= BinaryOperation.Equal and <= BinaryOperation.GreaterOrEqual))
        {
            throw new InvalidOperationException($"{update.Operation} gives no element of '{update.Buffer.Name}'.");
        }
    }

    /// <summary>The text in parentheses.</summary>
    public static string Enclose(this string text) => "(" + text + ")";
}
