using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>From the syntax tree to bound kernels: every user error is found here.</summary>
internal static class Binder
{
    public static BoundModule Bind(ModuleSyntax syntax, DiagnosticBag diagnostics)
    {
        var functions = CollectFunctions(syntax, diagnostics);
        var kernels = new List<BoundKernel>();
        foreach (var kernel in syntax.Items.OfType<KernelSyntax>())
        {
            var isNew = !kernels.Exists(known => known.Name == kernel.Name.Text);
            if (!isNew && !kernel.Name.IsMissing)
            {
                diagnostics.Report(BindingDiagnostics.DuplicateName, kernel.Name.Span, kernel.Name.Text, "a kernel of this file");
            }

            var bound = KernelBinder.Bind(kernel, functions, diagnostics);
            if (isNew && !kernel.Name.IsMissing)
            {
                kernels.Add(bound);
            }
        }

        var examples = ExampleBinder.Bind(syntax, kernels, diagnostics);
        ScheduleBinder.Bind(syntax, kernels, diagnostics);
        return new BoundModule(syntax.Name?.Text ?? string.Empty, kernels.ToImmutableArray(), examples);
    }

    /// <summary>The kernel that an item names, or null after a report.</summary>
    public static BoundKernel? FindKernel(NameSyntax name, List<BoundKernel> kernels, DiagnosticBag diagnostics)
    {
        var kernel = kernels.Find(k => k.Name == name.Text);
        if (kernel is null && !name.IsMissing)
        {
            diagnostics.Report(BindingDiagnostics.UnknownKernel, name.Span, name.Text, Suggestion.For(name.Text, kernels.Select(k => k.Name)));
        }

        return kernel;
    }

    private static Dictionary<string, FunctionSyntax> CollectFunctions(ModuleSyntax syntax, DiagnosticBag diagnostics)
    {
        var functions = new Dictionary<string, FunctionSyntax>(StringComparer.Ordinal);
        foreach (var function in syntax.Items.OfType<FunctionSyntax>().Where(f => !f.Name.IsMissing))
        {
            if (BuiltInSignature.Find(function.Name.Text) is not null || ReductionNames.All.Contains(function.Name.Text))
            {
                diagnostics.Report(BindingDiagnostics.DuplicateName, function.Name.Span, function.Name.Text, "built in");
            }
            else if (functions.ContainsKey(function.Name.Text))
            {
                diagnostics.Report(BindingDiagnostics.DuplicateName, function.Name.Span, function.Name.Text, "a function of this file");
            }
            else
            {
                functions[function.Name.Text] = function;
            }

            foreach (var repeated in function.Parameters.Where(p => !p.IsMissing).GroupBy(p => p.Text).Where(g => g.Count() > 1))
            {
                diagnostics.Report(BindingDiagnostics.DuplicateName, repeated.Last().Span, repeated.Key, "a parameter of this function");
            }
        }

        return functions;
    }
}
