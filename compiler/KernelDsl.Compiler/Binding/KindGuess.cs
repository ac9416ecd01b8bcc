using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>
/// The kind of each let from its syntax alone, for reads that stand before the let is bound. In a kernel without mistakes truth values are told from numbers
/// exactly; what is not known, such as the let itself in a recurrence, leaves the decision to the other operand.
/// </summary>
internal sealed class KindGuess(KernelSyntax kernel, FunctionTable functions)
{
    private static readonly ImmutableArray<string> s_floatReductions = ["mean", "logsumexp", "softmax", "log_softmax"];

    private readonly Dictionary<string, ValueKind?> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public Dictionary<string, ValueKind> OfLets()
    {
        foreach (var let in kernel.Statements.OfType<LetSyntax>())
        {
            foreach (var target in let.Targets)
            {
                OfName(target.Text);
            }
        }

        return _known.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!.Value);
    }

    private ValueKind? OfName(string name)
    {
        if (_known.TryGetValue(name, out var known) || !_open.Add(name))
        {
            return known;
        }

        var let = kernel.Statements.OfType<LetSyntax>().FirstOrDefault(l => l.Targets.Any(target => target.Text == name));
        var kind = let is not null ? OfLet(let, name)
            : kernel.Parameters.Concat(kernel.Outputs).FirstOrDefault(p => p.Name.Text == name) is { } parameter ? OfType(parameter.Type.Element.Text)
            : name is "inf" or "nan" or "pi" ? ValueKind.Float
            : ValueKind.Integer;
        _open.Remove(name);
        return _known[name] = kind;
    }

    private ValueKind? OfLet(LetSyntax let, string name)
        => let.Value is ReductionSyntax { Name.Text: "topk" or "sort" } ranking && let.Targets.Length == 2
            ? let.Targets[0].Text == name ? Of(ranking.Body, null) : ValueKind.Integer
            : Of(let.Value, null);

    private ValueKind? OfType(string name)
        => ElementTypes.TryParse(name, out var type) ? TypeReference.KindOf(type)
            : kernel.GenericParameters.OfType<TypeParameterSyntax>().FirstOrDefault(p => p.Name.Text == name) is { Allowed.IsEmpty: false } parameter
                ? ElementTypes.TryParse(parameter.Allowed[0].Text, out var allowed) ? TypeReference.KindOf(allowed) : ValueKind.Float
            : name == "int" ? ValueKind.Integer
            : ValueKind.Float;

    private ValueKind? Of(ExpressionSyntax syntax, Frame? frame)
    {
        DeepStack.Guard();
        return syntax switch
        {
            FloatLiteralSyntax => ValueKind.Float,
            BooleanLiteralSyntax => ValueKind.Bool,
            ParenthesizedSyntax parenthesized => Of(parenthesized.Value, frame),
            NameExpressionSyntax name => OfName(name.Name.Text, frame),
            SubscriptExpressionSyntax subscript => OfName(subscript.Name.Text, frame),
            UnarySyntax unary => unary.Operator == UnaryOperator.Not ? ValueKind.Bool : Of(unary.Operand, frame),
            BinarySyntax { Operator: >= BinaryOperator.Equal and <= BinaryOperator.Or } => ValueKind.Bool,
            BinarySyntax binary => Join(Of(binary.Left, frame), Of(binary.Right, frame)),
            ConditionalSyntax conditional => Join(Of(conditional.WhenTrue, frame), Of(conditional.WhenFalse, frame)),
            ElseSyntax otherwise => Join(Of(otherwise.Value, frame), Of(otherwise.Otherwise, frame)),
            CastSyntax cast => OfType(cast.Type.Text),
            ReductionSyntax reduction => OfReduction(reduction, frame),
            CallSyntax call => OfCall(call, frame),
            _ => ValueKind.Integer,
        };
    }

    private ValueKind? OfName(string name, Frame? frame)
        => frame is not null && frame.Arguments.TryGetValue(name, out var argument) ? Of(argument, frame.Caller) : OfName(name);

    private ValueKind? OfReduction(ReductionSyntax reduction, Frame? frame) => reduction.Name.Text switch
    {
        "any" or "all" => ValueKind.Bool,
        "argmax" or "argmin" => ValueKind.Integer,
        var name when s_floatReductions.Contains(name) => ValueKind.Float,
        _ => Of(reduction.Body, frame),
    };

    private ValueKind? OfCall(CallSyntax call, Frame? frame)
    {
        if (functions.Find(call.Name.Text) is { } function && !functions.IsRecursive(function) && function.Parameters.Length == call.Arguments.Length && (frame?.Depth ?? 0) < 8)
        {
            var arguments = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
            foreach (var (parameter, argument) in function.Parameters.Zip(call.Arguments, (parameter, argument) => (parameter, argument)))
            {
                arguments[parameter.Text] = argument;
            }

            return Of(function.Body, new Frame(arguments, frame, (frame?.Depth ?? 0) + 1));
        }

        return BuiltInSignature.Find(call.Name.Text)?.Shape switch
        {
            FunctionShape.Test => ValueKind.Bool,
            FunctionShape.Integer => ValueKind.Integer,
            FunctionShape.Number => call.Arguments.Select(argument => Of(argument, frame)).Aggregate((ValueKind?)null, Join),
            _ => ValueKind.Float,
        };
    }

    private static ValueKind? Join(ValueKind? a, ValueKind? b) => a is null ? b : b is null ? a : a > b ? a : b;

    private sealed record Frame(IReadOnlyDictionary<string, ExpressionSyntax> Arguments, Frame? Caller, int Depth);
}
