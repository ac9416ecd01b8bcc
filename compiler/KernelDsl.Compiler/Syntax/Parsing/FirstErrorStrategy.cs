using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Stops at the first error of a slice and keeps what is needed to describe it and to use the part before it.</summary>
internal sealed class FirstErrorStrategy : DefaultErrorStrategy
{
    // The optional places that were passed without taking the current token: what may stand there was expected too.
    private List<(int State, RuleContext Context)> _passed = [];

    // The same for the token before the current one.
    private List<(int State, RuleContext Context)> _passedBefore = [];
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
        _passedBefore.Clear();
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
            (_passed, _passedBefore) = (_passedBefore, _passed);
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
        var stream = (ITokenStream)recognizer.InputStream;
        ErrorIndex = stream.Index;
        if (e is NoViableAltException { StartToken.Type: KdslParser.COMMA } noViable && noViable.OffendingToken != noViable.StartToken)
        {
            ErrorIndex++;
            AddExpectedAfterComma(recognizer.Atn, _passed);
        }
        else if (stream.LA(-1) == KdslParser.COMMA)
        {
            AddExpectedAfterComma(recognizer.Atn, _passedAt == stream.Index ? _passedBefore : _passed);
        }

        if (Expected.IsNil)
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

    // A list may end after a comma, but who writes one means to go on: only the next element is named.
    private void AddExpectedAfterComma(ATN atn, List<(int State, RuleContext Context)> atComma)
    {
        foreach (var (state, _) in atComma)
        {
            var visited = new HashSet<ATNState>();
            var open = new Stack<ATNState>([atn.states[state]]);
            while (open.Count > 0)
            {
                var current = open.Pop();
                for (var i = 0; i < current.NumberOfTransitions; i++)
                {
                    var transition = current.Transition(i);
                    if (transition is EpsilonTransition && visited.Add(transition.target))
                    {
                        open.Push(transition.target);
                    }
                    else if (transition.Label?.Contains(KdslParser.COMMA) == true)
                    {
                        Expected.AddAll(atn.NextTokens(transition.target));
                    }
                }
            }
        }

        Expected.Remove(TokenConstants.EPSILON);
    }
}
