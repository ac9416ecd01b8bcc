using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Antlr4.Runtime.Misc;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Stops at the first error of a slice and keeps what is needed to describe it and to use the part before it.</summary>
internal sealed class FirstErrorStrategy : DefaultErrorStrategy
{
    // The optional places that were passed without taking the current token: what may stand there was expected too.
    private readonly List<(int State, RuleContext Context)> _passed = [];
    private int _passedAt = -1;

    /// <summary>The tree up to the error, once there was one.</summary>
    public ParserRuleContext? Root { get; private set; }

    /// <summary>What could have stood at the place of the error.</summary>
    public IntervalSet Expected { get; private set; } = new();

    /// <summary>The index of the token that does not fit; the end of the slice when its end came too early.</summary>
    public int ErrorIndex { get; private set; } = -1;

    public override void Reset(Antlr4.Runtime.Parser recognizer)
    {
        base.Reset(recognizer);
        _passed.Clear();
        _passedAt = -1;
        Root = null;
        Expected = new IntervalSet();
        ErrorIndex = -1;
    }

    public override void Sync(Antlr4.Runtime.Parser recognizer)
    {
        var index = recognizer.InputStream.Index;
        if (index != _passedAt)
        {
            _passed.Clear();
            _passedAt = index;
        }

        _passed.Add((recognizer.State, recognizer.Context));
    }

    public override void ReportError(Antlr4.Runtime.Parser recognizer, RecognitionException e)
    {
    }

    public override IToken RecoverInline(Antlr4.Runtime.Parser recognizer) => throw Stop(recognizer, null);

    public override void Recover(Antlr4.Runtime.Parser recognizer, RecognitionException e) => throw Stop(recognizer, e);

    private ParseCanceledException Stop(Antlr4.Runtime.Parser recognizer, RecognitionException? e)
    {
        ErrorIndex = recognizer.InputStream.Index;
        if (e is NoViableAltException { DeadEndConfigs: { } deadEnds } noViable && noViable.StartToken != noViable.OffendingToken)
        {
            // A choice needed to look past a comma, and what comes after it does not fit.
            var lookahead = 1;
            while (((ITokenStream)recognizer.InputStream).LT(lookahead) != noViable.OffendingToken)
            {
                lookahead++;
            }

            ErrorIndex += lookahead - 1;
            AddExpectedAfter(deadEnds);
        }
        else
        {
            AddExpectedHere(recognizer);
        }

        Root = recognizer.Context;
        while (Root.Parent is ParserRuleContext parent)
        {
            Root = parent;
        }

        return new ParseCanceledException();
    }

    private void AddExpectedHere(Antlr4.Runtime.Parser recognizer)
    {
        Expected.AddAll(recognizer.Atn.GetExpectedTokens(recognizer.State, recognizer.Context));
        if (_passedAt == recognizer.InputStream.Index)
        {
            foreach (var (state, context) in _passed)
            {
                Expected.AddAll(recognizer.Atn.GetExpectedTokens(state, context));
            }
        }
    }

    private void AddExpectedAfter(ATNConfigSet deadEnds)
    {
        foreach (var config in deadEnds.configs)
        {
            for (var i = 0; i < config.state.NumberOfTransitions; i++)
            {
                if (config.state.Transition(i) is { IsEpsilon: false } transition)
                {
                    Expected.AddAll(transition.Label);
                }
            }
        }
    }
}
