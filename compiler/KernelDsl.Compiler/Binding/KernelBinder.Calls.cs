using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Calls. Functions are inlined: an argument is bound anew wherever the parameter stands, among the variables that are in scope there.</summary>
internal sealed partial class KernelBinder
{
    private FunctionFrame? _frame;

    private sealed record FunctionFrame(FunctionSyntax Function, IReadOnlyDictionary<string, ExpressionSyntax> Arguments, DiagnosticNote Call, FunctionFrame? Caller);

    /// <summary>An argument and the frame that its names belong to.</summary>
    private sealed record Argument(ExpressionSyntax Value, FunctionFrame? Frame);

    private Argument? FindArgument(string name)
    {
        if (_frame is null || !_frame.Arguments.TryGetValue(name, out var value))
        {
            return null;
        }

        var unwrapped = value;
        while (unwrapped is ParenthesizedSyntax parenthesized)
        {
            unwrapped = parenthesized.Value;
        }

        return new Argument(unwrapped, _frame.Caller);
    }

    private BoundExpression BindArgument(Argument argument) => InArgumentScope(argument, () => BindExpression(argument.Value));

    private BoundExpression InArgumentScope(Argument argument, Func<BoundExpression> bind)
    {
        var outer = _frame;
        EnterFrame(argument.Frame);
        var bound = bind();
        EnterFrame(outer);
        return bound;
    }

    private void EnterFrame(FunctionFrame? frame)
    {
        _frame = frame;
        _diagnostics.Context = frame?.Call;
    }

    private BoundExpression BindCall(CallSyntax syntax)
    {
        var name = syntax.Name.Text;
        if (_functions.Find(name) is { } function)
        {
            return BindFunction(syntax, function);
        }

        if (BuiltInSignature.Find(name) is { } builtIn)
        {
            return BindBuiltIn(syntax, builtIn);
        }

        if (!syntax.Name.IsMissing)
        {
            ReportUnknownCall(syntax, _functions, _diagnostics);
        }

        return new BoundInvalid(syntax.Span);
    }

    public static void ReportUnknownCall(CallSyntax syntax, FunctionTable functions, DiagnosticBag diagnostics)
    {
        var name = syntax.Name.Text;
        if (ReductionNames.All.Contains(name))
        {
            diagnostics.Report(BindingDiagnostics.ReductionAxes, syntax.Name.Span, $"'{name}' is a reduction; write the axes it runs over, as in '{name}[i](…)'.");
        }
        else
        {
            var candidates = BuiltInSignature.Names.Concat(functions.Names).Concat(ReductionNames.All);
            diagnostics.Report(BindingDiagnostics.UnknownFunction, syntax.Name.Span, name, Suggestion.For(name, candidates));
        }
    }

    private BoundExpression BindFunction(CallSyntax syntax, FunctionSyntax function)
    {
        if (_functions.IsRecursive(function))
        {
            return new BoundInvalid(syntax.Span);
        }

        if (function.Parameters.Length != syntax.Arguments.Length)
        {
            ReportCount(syntax, BuiltInSignature.Count(function.Parameters.Length));
            return new BoundInvalid(syntax.Span);
        }

        var arguments = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        for (var i = 0; i < function.Parameters.Length; i++)
        {
            arguments[function.Parameters[i].Text] = syntax.Arguments[i];
        }

        var outer = _frame;
        var call = outer?.Call ?? new DiagnosticNote(syntax.Span, $"'{function.Name.Text}' is called here.");
        EnterFrame(new FunctionFrame(function, arguments, call, outer));
        var body = BindExpression(function.Body);
        EnterFrame(outer);
        return body;
    }

    private void ReportCount(CallSyntax syntax, string takes)
        => _diagnostics.Report(BindingDiagnostics.ArgumentCount, syntax.Span, syntax.Name.Text, takes, syntax.Arguments.Length);

    private BoundExpression BindBuiltIn(CallSyntax syntax, BuiltInSignature signature)
    {
        if (!signature.Accepts(syntax.Arguments.Length))
        {
            ReportCount(syntax, signature.Takes);
            return new BoundInvalid(syntax.Span);
        }

        if (_uniform is not (UniformContext.None or UniformContext.Default) && signature.Function is not (BuiltInFunction.Min or BuiltInFunction.Max))
        {
            // What is checked at the call is evaluated by the host, which knows no more.
            _diagnostics.Report(TypeDiagnostics.ExtentValue, syntax.Name.Span, $"'{syntax.Name.Text}' cannot stand among sizes; of the functions only min and max can.");
            return new BoundInvalid(syntax.Span);
        }

        var arguments = syntax.Arguments.Select(BindExpression).ToImmutableArray();
        if (arguments.Any(argument => argument is BoundInvalid))
        {
            return new BoundInvalid(syntax.Span);
        }

        var wantsInteger = signature.Shape is FunctionShape.Integer or FunctionShape.Counter;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (wantsInteger ? arguments[i].Kind != ValueKind.Integer : arguments[i].Kind == ValueKind.Bool)
            {
                var place = syntax.Arguments[i].Span;
                _diagnostics.Report(TypeDiagnostics.ArgumentKind, place, signature.Name, wantsInteger ? "an integer" : "a number", SourceOf(place), Describe(arguments[i].Kind));
                return new BoundInvalid(syntax.Span);
            }
        }

        var kind = signature.Shape switch
        {
            FunctionShape.Test => ValueKind.Bool,
            FunctionShape.Integer => ValueKind.Integer,
            FunctionShape.Number => arguments.Aggregate(ValueKind.Integer, (joined, argument) => Join(joined, argument.Kind)),
            _ => ValueKind.Float,
        };
        return new BoundCall(signature.Function, arguments, kind, syntax.Span);
    }
}
