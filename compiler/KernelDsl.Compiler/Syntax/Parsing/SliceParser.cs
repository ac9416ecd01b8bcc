using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Runs a rule of the grammar over a slice of the tokens; at most one error is reported for it.</summary>
internal sealed class SliceParser
{
    private readonly TokenList _tokens;
    private readonly SyntaxErrorReporter _reporter;
    private readonly SyntaxErrors _errors;
    private readonly TokenSlice _slice;
    private readonly FirstErrorStrategy _strategy = new();
    private readonly KdslParser _parser;

    public SliceParser(TokenList tokens, SyntaxErrorReporter reporter, SyntaxErrors errors)
    {
        _tokens = tokens;
        _reporter = reporter;
        _errors = errors;
        _slice = new TokenSlice(tokens);
        _parser = new GuardedParser(_slice) { ErrorHandler = _strategy };
        _parser.RemoveErrorListeners();
        _parser.Interpreter.PredictionMode = PredictionMode.SLL; // the grammar is LL(2)
    }

    /// <summary>Parses a slice. The tree ends where the first error is; without a token before it there is none.</summary>
    /// <param name="rule">The rule that the slice must match.</param>
    /// <param name="start">The index of the first token.</param>
    /// <param name="end">The index after the last token.</param>
    /// <param name="subject">What a missing ';' is missing after, such as "this equation".</param>
    public TContext? Parse<TContext>(Func<KdslParser, TContext> rule, int start, int end, string subject)
        where TContext : ParserRuleContext
    {
        if (!SyntaxLimits.Check(_tokens, start, end, _errors))
        {
            return null;
        }

        _parser.Reset();
        _slice.Select(start, end);
        try
        {
            return rule(_parser);
        }
        catch (ParseCanceledException)
        {
            _reporter.Report(_strategy.ErrorIndex, _strategy.Expected, start, end, subject);
            return _strategy.ErrorIndex > start ? _strategy.Root as TContext : null;
        }
    }
}
