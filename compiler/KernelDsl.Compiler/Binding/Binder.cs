using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>From the syntax tree to bound kernels: every user error is found here.</summary>
internal static class Binder
{
    public static BoundModule Bind(ModuleSyntax syntax, DiagnosticBag diagnostics)
    {
        var lost = new LostNames(diagnostics);
        var found = new DiagnosticBag(diagnostics.Source);
        var functions = FunctionTable.Of(syntax, found);
        var kernels = new List<BoundKernel>();
        foreach (var kernel in syntax.Items.OfType<KernelSyntax>())
        {
            var known = kernels.Find(other => other.Name == kernel.Name.Text);
            if (known is not null && !kernel.Name.IsMissing)
            {
                var note = new DiagnosticNote(known.Syntax.Name.Span, $"'{known.Name}' is defined here.");
                found.Report(BindingDiagnostics.DuplicateName, kernel.Name.Span, note, kernel.Name.Text, "a kernel of this file");
            }

            var bound = new BoundKernel(kernel);
            if (!lost.IsSignatureBroken(kernel))
            {
                var own = new DiagnosticBag(diagnostics.Source);
                bound = KernelBinder.Bind(kernel, functions, own);
                bound.IsValid &= !lost.IsIn(kernel);
                diagnostics.AddRange(own, d => !lost.Explains(d, kernel));
            }

            if (known is null && !kernel.Name.IsMissing)
            {
                kernels.Add(bound);
            }
        }

        var examples = ExampleBinder.Bind(syntax, kernels, found);
        ScheduleBinder.Bind(syntax, kernels, found);
        diagnostics.AddRange(found, d => !lost.Explains(d, null));
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
}
