using System.Globalization;

namespace KernelDsl.Properties.Tests;

/// <summary>A model as a spec.</summary>
internal static class ModelText
{
    public static string Of(ModelKernel kernel)
    {
        var type = kernel.IsDouble ? "f64" : "f32";
        var parameters = ModelTensors.Floats.OrderBy(t => t.Key).Select(t => $"{t.Key}: {type}[{Axes(t.Value)}]")
            .Concat(ModelTensors.Integers.OrderBy(t => t.Key).Select(t => $"{t.Key}: i32[{Axes(t.Value)}]"))
            .Append($"{ModelTensors.MaskName}: bool[{Axes(ModelTensors.MaskAxes)}]");
        var lets = kernel.Lets.Select(let =>
            $"    let {let.Name}[{string.Join(", ", let.Axes)}] = {Of(let.Value, let)}{(let.Where is null ? string.Empty : " where " + Of(let.Where))};\n");
        return $"kernel model({string.Join(", ", parameters)}) -> o: {type}[{string.Join(", ", kernel.OutputAxes)}]\n{{\n{string.Concat(lets)}    o = ({Of(kernel.Output, null)}) else 0.25;\n}}\n";
    }

    private static string Axes(string axes) => string.Join(", ", axes.Select(axis => $"{axis}: {ModelTensors.ExtentOf(axis.ToString())}"));

    private static string Of(Node node, ModelLet? let) => node switch
    {
        Literal literal => Number(literal.Value),
        Coordinate coordinate => $"({coordinate.Axis} * 0.125)",
        Read read => $"{read.Tensor}[{Of(read.Indices)}]",
        LetRead read => $"{read.Let}[{Of(read.Indices)}]",
        Self self => $"({let!.Name}[t: t {(let.Step < 0 ? "-" : "+")} 1] else {Of(self.First, let)})",
        Arithmetic { Operator: "min" or "max" } call => $"{call.Operator}({Of(call.Left, let)}, {Of(call.Right, let)})",
        Arithmetic arithmetic => $"({Of(arithmetic.Left, let)} {arithmetic.Operator} {Of(arithmetic.Right, let)})",
        Function { Name: "-" } negation => $"(-{Of(negation.Operand, let)})",
        Function function => $"{function.Name}({Of(function.Operand, let)})",
        Choice choice => $"(if {Of(choice.Condition)} then {Of(choice.WhenTrue, let)} else {Of(choice.WhenFalse, let)})",
        Otherwise otherwise => $"({Of(otherwise.Value, let)} else {Of(otherwise.Other, let)})",
        Reduction reduction => $"{reduction.Name}[{reduction.Axis}]({Of(reduction.Body, let)})",
        Position position => $"({position.Name}[{position.Axis}]({Of(position.Body, let)}) * 0.125)",
        Softmax softmax => $"softmax[{softmax.Axis}]({Of(softmax.Body, let)})",
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static string Number(double value) => value < 0 ? $"(-{Number(-value)})" : value.ToString("0.0###", CultureInfo.InvariantCulture);

    private static string Of(ImmutableArray<Index> indices) => string.Join(", ", indices.Select(Of));

    private static string Of(Index index) => index switch
    {
        Shifted shifted => (shifted.Factor == 1 ? shifted.Axis : $"{shifted.Factor} * {shifted.Axis}") + (shifted.Offset == 0 ? string.Empty : shifted.Offset > 0 ? $" + {shifted.Offset}" : $" - {-shifted.Offset}"),
        Halved halved => $"{halved.Axis} / 2",
        Fixed at => at.At.ToString(CultureInfo.InvariantCulture),
        Gathered gathered => $"{gathered.Tensor}[{Of(gathered.At)}]",
        _ => throw new InvalidOperationException(index.GetType().Name),
    };

    private static string Of(Condition condition) => condition switch
    {
        CompareIndices compare => $"({Of(compare.Left)} {compare.Operator} {Of(compare.Right)})",
        Mask mask => $"{ModelTensors.MaskName}[{Of(mask.Indices)}]",
        CompareInput compare => $"({Of(compare.Input, null)} {compare.Operator} {Number(compare.Limit)})",
        Logical logical => $"({Of(logical.Left)} {(logical.IsAnd ? "&&" : "||")} {Of(logical.Right)})",
        Not not => $"(!{Of(not.Operand)})",
        _ => throw new InvalidOperationException(condition.GetType().Name),
    };
}
