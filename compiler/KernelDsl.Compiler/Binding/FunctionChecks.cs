using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Looks at one function on its own: names that nothing in the file has, calls of what does not exist, counts of arguments.</summary>
internal sealed class FunctionChecks(FunctionTable functions, FunctionSyntax function, HashSet<string> kernelNames, DiagnosticBag diagnostics)
{
    internal static ImmutableArray<string> Constants { get; } = ["inf", "nan", "pi"];

    public void Run()
    {
        var before = diagnostics.Count;
        var parameters = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in function.Parameters.Where(p => !p.IsMissing && !parameters.Add(p.Text)))
        {
            diagnostics.Report(BindingDiagnostics.DuplicateName, parameter.Span, parameter.Text, "a parameter of this function");
        }

        foreach (var node in SyntaxChildren.SelfAndDescendants(function.Body))
        {
            switch (node)
            {
                case NameExpressionSyntax name:
                    CheckName(name.Name, parameters);
                    break;
                case SubscriptExpressionSyntax subscript:
                    CheckName(subscript.Name, parameters);
                    break;
                case CallSyntax call:
                    CheckCall(call);
                    break;
                case ReductionSyntax reduction when !reduction.Name.IsMissing && !ReductionNames.All.Contains(reduction.Name.Text) && !kernelNames.Contains(reduction.Name.Text):
                    diagnostics.Report(BindingDiagnostics.UnknownReduction, reduction.Name.Span, reduction.Name.Text, Suggestion.For(reduction.Name.Text, ReductionNames.All));
                    break;
            }
        }

        foreach (var parameter in function.Parameters.Where(p => diagnostics.Count == before && !p.IsMissing && !Uses(p.Text)))
        {
            diagnostics.Report(TypeDiagnostics.UnusedParameter, parameter.Span, parameter.Text);
        }
    }

    private bool Uses(string name)
        => function.Body is MissingExpressionSyntax || SyntaxChildren.SelfAndDescendants(function.Body).Any(node => node is NameSyntax used && used.Text == name);

    private void CheckName(NameSyntax name, HashSet<string> parameters)
    {
        if (!name.IsMissing && !parameters.Contains(name.Text) && !kernelNames.Contains(name.Text) && !Constants.Contains(name.Text))
        {
            var candidates = parameters.Concat(kernelNames).Concat(Constants);
            diagnostics.Report(BindingDiagnostics.UnknownName, name.Span, name.Text, Suggestion.For(name.Text, candidates));
        }
    }

    private void CheckCall(CallSyntax call)
    {
        var name = call.Name.Text;
        var takes = functions.Find(name) is { } known
            ? known.Parameters.Length == call.Arguments.Length ? null : BuiltInSignature.Count(known.Parameters.Length)
            : BuiltInSignature.Find(name) is { } builtIn && !builtIn.Accepts(call.Arguments.Length) ? builtIn.Takes : null;
        if (takes is not null)
        {
            diagnostics.Report(BindingDiagnostics.ArgumentCount, call.Span, name, takes, call.Arguments.Length);
        }
        else if (!call.Name.IsMissing && functions.Find(name) is null && BuiltInSignature.Find(name) is null)
        {
            KernelBinder.ReportUnknownCall(call, functions, diagnostics);
        }
    }
}
