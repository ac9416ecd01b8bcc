using System.Globalization;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Launching;

/// <summary>Says in the reader's terms what is wrong with the shapes of a call.</summary>
internal static class CallErrors
{
    public static KernelShapeException Rank(KernelSignature signature, int array, ReadOnlySpan<long> shape)
    {
        var expected = signature.Arrays[array];
        return new KernelShapeException(
            RuntimeDiagnostics.RankMismatch,
            signature.Name,
            expected.Key,
            Axes(expected.Axes.Length),
            "[" + string.Join(", ", expected.Axes.Select(axis => AxisText(signature, axis))) + "]",
            Axes(shape.Length),
            TensorLayout.Text(shape));
    }

    /// <param name="size">The size that the tensor has.</param>
    /// <param name="expected">The size that follows from the others.</param>
    /// <param name="values">The values, by their place.</param>
    /// <param name="placeOf">The place of an extent or const.</param>
    public static KernelShapeException Size(
        KernelSignature signature, int array, int axis, long size, long expected, KernelLaunch call, long[] values, Func<string, int> placeOf)
    {
        var wanted = signature.Arrays[array].Axes[axis];
        var here = FormattableString.Invariant($"{size} in '{signature.Arrays[array].Key}' (axis {axis}{NameText(wanted)})");
        var names = wanted.Extent.Split(' ').Select(token => token.TrimStart('$')).Distinct().Where(IsSize).ToArray();
        if (names.Length == 1 && names[0] == wanted.Extent)
        {
            var source = signature.Solves.FirstOrDefault(solve => solve.Argument == names[0]);
            var isPassed = source is null || call.IsPassed(placeOf(names[0]));
            var there = isPassed ? FormattableString.Invariant($"{expected} for this call")
                : FormattableString.Invariant($"{expected} in '{signature.Arrays[source!.Array].Key}' (axis {source.Axis}{NameText(signature.Arrays[source.Array].Axes[source.Axis])})");
            return new KernelShapeException(RuntimeDiagnostics.SizeMismatch, signature.Name, $"'{SpecName(signature, names[0])}' is {there} and {here}");
        }

        var sizes = string.Join(", ", names.Select(name => $"{SpecName(signature, name)} = {values[placeOf(name)].ToString(CultureInfo.InvariantCulture)}"));
        var rule = names.Length == 0 ? FormattableString.Invariant($"must be {expected}") : FormattableString.Invariant($"must be {PostfixText.Infix(wanted.Extent, name => SpecName(signature, name))} = {expected} with {sizes}");
        return new KernelShapeException(RuntimeDiagnostics.SizeMismatch, signature.Name, $"the size is {here}, but {rule}");

        bool IsSize(string name) => signature.Extents.Any(e => e.Argument == name) || signature.Consts.Any(c => c.Argument == name);
    }

    private static string SpecName(KernelSignature signature, string argument) => signature.Extents.FirstOrDefault(e => e.Argument == argument)?.Name
        ?? signature.Consts.FirstOrDefault(c => c.Argument == argument)?.Name ?? argument;

    private static string AxisText(KernelSignature signature, SignatureAxis axis)
        => (axis.Name.Length > 0 ? axis.Name + ": " : "") + PostfixText.Infix(axis.Extent, name => SpecName(signature, name));

    private static string NameText(SignatureAxis axis) => axis.Name.Length > 0 ? $" '{axis.Name}'" : "";

    private static string Axes(int count) => count == 1 ? "1 axis" : $"{count} axes";
}

/// <summary>Host expressions as people write them.</summary>
internal static class PostfixText
{
    public static string Infix(string postfix, Func<string, string> nameOf)
    {
        var stack = new Stack<(string Text, bool IsSimple)>();
        foreach (var token in postfix.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (token)
            {
                case "neg" or "!" or "~" when stack.Count >= 1:
                    stack.Push(((token == "neg" ? "-" : token) + Part(stack.Pop()), true));
                    break;
                case "min" or "max" when stack.Count >= 2:
                    var last = stack.Pop().Text;
                    stack.Push(($"{token}({stack.Pop().Text}, {last})", true));
                    break;
                case "?:" when stack.Count >= 3:
                    var (no, yes, condition) = (stack.Pop(), stack.Pop(), stack.Pop());
                    stack.Push(($"if {Part(condition)} then {Part(yes)} else {Part(no)}", false));
                    break;
                case "+" or "-" or "*" or "/" or "%" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "&&" or "||" or "&" or "|" or "^" or "<<" or ">>" when stack.Count >= 2:
                    var right = stack.Pop();
                    stack.Push(($"{Part(stack.Pop())} {token} {Part(right)}", false));
                    break;
                default:
                    stack.Push((nameOf(token.TrimStart('$')), true));
                    break;
            }
        }

        return stack.Count == 1 ? stack.Pop().Text : postfix;

        static string Part((string Text, bool IsSimple) operand) => operand.IsSimple ? operand.Text : $"({operand.Text})";
    }
}
