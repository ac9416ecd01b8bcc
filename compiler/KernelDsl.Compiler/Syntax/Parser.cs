using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax;

/// <summary>From text to the syntax tree. Reports errors and recovers; never throws.</summary>
internal static class Parser
{
    public static ModuleSyntax Parse(SourceText source, DiagnosticBag diagnostics)
    {
        // The bounds on nesting and length keep every tree within the large stack.
        var (module, found) = DeepStack.Run(() =>
        {
            var bag = new DiagnosticBag(source);
            return (ParseHere(source, bag), bag);
        });
        diagnostics.AddRange(found);
        return module;
    }

    private static ModuleSyntax ParseHere(SourceText source, DiagnosticBag diagnostics)
    {
        var span = new TextSpan(0, source.Text.Length);
        var errors = new SyntaxErrors(diagnostics);
        if (source.Text.Length > SyntaxLimits.Characters)
        {
            errors.Report(SyntaxDiagnostics.InputTooLarge, new TextSpan(0, 1), source.Text.Length, SyntaxLimits.Characters);
            return new ModuleSyntax(null, [], span);
        }

        var tokens = Tokenizer.Read(source, errors);
        return new FileParser(source, tokens, errors).Parse(span);
    }
}
