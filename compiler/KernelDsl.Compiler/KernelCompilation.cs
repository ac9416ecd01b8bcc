using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler;

/// <summary>One <c>.kdsl</c> file, parsed and bound. Never throws on any input.</summary>
public sealed class KernelCompilation
{
    private KernelCompilation(SourceText source, ModuleSyntax syntax, BoundModule module, ImmutableArray<Diagnostic> diagnostics)
    {
        Source = source;
        Syntax = syntax;
        Module = module;
        Diagnostics = diagnostics;
    }

    /// <summary>The text.</summary>
    public SourceText Source { get; }

    /// <summary>All diagnostics of syntax and binding, in the order of the text.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>Whether a diagnostic is an error.</summary>
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);

    internal ModuleSyntax Syntax { get; }

    internal BoundModule Module { get; }

    /// <summary>Parses and binds a text.</summary>
    public static KernelCompilation Create(SourceText source)
    {
        var diagnostics = new DiagnosticBag(source);
        var syntax = Parser.Parse(source, diagnostics);
        var module = Binder.Bind(syntax, diagnostics);
        return new KernelCompilation(source, syntax, module, diagnostics.ToImmutable());
    }
}
