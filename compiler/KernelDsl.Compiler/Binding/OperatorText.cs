using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Syntax.Building;

namespace KernelDsl.Compiler.Binding;

/// <summary>Operators as they are written.</summary>
internal static class OperatorText
{
    public static string Of(AssignmentOperator operation) => operation switch
    {
        AssignmentOperator.Add => "+=",
        AssignmentOperator.Max => "max=",
        AssignmentOperator.Min => "min=",
        _ => "=",
    };

    public static string Of(BinaryOperator operation) => Operators.Text(operation);
}
