using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>The generated parser, which recurses through its rules, with a look at the stack before each of them.</summary>
internal sealed class GuardedParser(ITokenStream input) : KdslParser(input, TextWriter.Null, TextWriter.Null)
{
    public override void EnterRule(ParserRuleContext localctx, int state, int ruleIndex)
    {
        DeepStack.Guard();
        base.EnterRule(localctx, state, ruleIndex);
    }

    public override void EnterRecursionRule(ParserRuleContext localctx, int state, int ruleIndex, int precedence)
    {
        DeepStack.Guard();
        base.EnterRecursionRule(localctx, state, ruleIndex, precedence);
    }
}
