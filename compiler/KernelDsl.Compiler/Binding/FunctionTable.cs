using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>The functions of a file, and what is wrong with them whether or not a kernel calls them.</summary>
internal sealed class FunctionTable
{
    private readonly Dictionary<string, FunctionSyntax> _functions = new(StringComparer.Ordinal);
    private readonly HashSet<FunctionSyntax> _recursive = [];

    private FunctionTable()
    {
    }

    public IEnumerable<string> Names => _functions.Keys;

    public static FunctionTable Of(ModuleSyntax syntax, DiagnosticBag diagnostics)
    {
        var table = new FunctionTable();
        var functions = syntax.Items.OfType<FunctionSyntax>().ToArray();
        foreach (var function in functions.Where(f => !f.Name.IsMissing))
        {
            table.Declare(function, diagnostics);
        }

        foreach (var function in functions)
        {
            table.FindRecursion(function, [], diagnostics);
        }

        if (functions.Length > 0)
        {
            var kernelNames = NamesOfKernels(syntax);
            foreach (var function in functions)
            {
                new FunctionChecks(table, function, kernelNames, diagnostics).Run();
            }
        }

        return table;
    }

    public FunctionSyntax? Find(string name) => _functions.TryGetValue(name, out var function) ? function : null;

    /// <summary>Whether the function calls itself, which was reported.</summary>
    public bool IsRecursive(FunctionSyntax function) => _recursive.Contains(function);

    private void Declare(FunctionSyntax function, DiagnosticBag diagnostics)
    {
        var name = function.Name.Text;
        if (BuiltInSignature.Find(name) is not null || ReductionNames.All.Contains(name))
        {
            diagnostics.Report(BindingDiagnostics.DuplicateName, function.Name.Span, name, "built in");
        }
        else if (_functions.TryGetValue(name, out var other))
        {
            diagnostics.Report(BindingDiagnostics.DuplicateName, function.Name.Span, new DiagnosticNote(other.Name.Span, $"'{name}' is defined here."), name, "a function of this file");
        }
        else
        {
            _functions[name] = function;
        }
    }

    /// <summary>Follows the calls from a function. A function that is met again on its own way is reported once, at the call that closes the circle.</summary>
    private void FindRecursion(FunctionSyntax function, List<FunctionSyntax> path, DiagnosticBag diagnostics)
    {
        DeepStack.Guard();
        if (!_seen.Add(function))
        {
            return;
        }

        path.Add(function);
        foreach (var call in SyntaxChildren.SelfAndDescendants(function.Body).OfType<CallSyntax>())
        {
            if (Find(call.Name.Text) is not { } called)
            {
                continue;
            }

            if (path.IndexOf(called) is >= 0 and var start)
            {
                diagnostics.Report(BindingDiagnostics.RecursiveFunction, call.Name.Span, called.Name.Text);
                _recursive.UnionWith(path.Skip(start));
            }
            else
            {
                FindRecursion(called, path, diagnostics);
            }
        }

        path.RemoveAt(path.Count - 1);
    }

    private readonly HashSet<FunctionSyntax> _seen = [];

    /// <summary>All names in kernels: a function's body may use those of the kernel that calls it.</summary>
    private static HashSet<string> NamesOfKernels(ModuleSyntax syntax)
        => new(syntax.Items.OfType<KernelSyntax>().SelectMany(SyntaxChildren.SelfAndDescendants).OfType<NameSyntax>().Select(name => name.Text), StringComparer.Ordinal);
}
