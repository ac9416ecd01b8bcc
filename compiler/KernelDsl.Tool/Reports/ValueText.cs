using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Tool.Reports;

/// <summary>Writes the extents of a loop program.</summary>
internal static class ValueText
{
    public static string Of(Value value) => value switch
    {
        IntegerValue integer => integer.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        FloatValue number => number.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        BooleanValue truth => truth.Truth ? "true" : "false",
        ArgumentValue argument => argument.Argument.Name,
        LocalValue local => local.Local.Name,
        BinaryValue binary => $"({Of(binary.Left)} {Symbol(binary.Operation)} {Of(binary.Right)})",
        SelectValue select => $"({Of(select.Condition)} ? {Of(select.WhenTrue)} : {Of(select.WhenFalse)})",
        ConvertValue convert => Of(convert.Operand),
        _ => "…",
    };

    private static string Symbol(BinaryOperation operation) => operation switch
    {
        BinaryOperation.Add => "+",
        BinaryOperation.Subtract => "-",
        BinaryOperation.Multiply => "*",
        BinaryOperation.Divide => "/",
        BinaryOperation.Remainder => "%",
        _ => operation.ToString().ToLowerInvariant(),
    };
}
