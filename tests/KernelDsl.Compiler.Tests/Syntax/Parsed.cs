using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Tests.Syntax;

/// <summary>A parsed text with its diagnostics.</summary>
internal sealed record Parsed(SourceText Source, ModuleSyntax Module, ImmutableArray<Diagnostic> Diagnostics)
{
    public static Parsed Text(string text) => Of(new SourceText("test.kdsl", text));

    public static Parsed Of(SourceText source)
    {
        var diagnostics = new DiagnosticBag(source);
        var module = Parser.Parse(source, diagnostics);
        return new Parsed(source, module, diagnostics.ToImmutable());
    }
}
