using Antlr4.Runtime;
using Antlr4.Runtime.Misc;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>The tokens of one statement or signature as a stream of their own, so that a mistake stays inside.</summary>
internal sealed class TokenSlice(TokenList tokens) : ITokenStream
{
    private static readonly CommonToken EndToken = new(TokenConstants.EOF, "");
    private int _end;

    public int Index { get; private set; }

    public int Size => _end;

    public string SourceName => "";

    public ITokenSource TokenSource => throw new NotSupportedException("The tokens are already read.");

    public void Select(int start, int end)
    {
        Index = start;
        _end = end;
    }

    public IToken LT(int k)
    {
        var index = k > 0 ? Index + k - 1 : Index + k;
        return index < 0 || index >= _end ? EndToken : tokens[index];
    }

    public int LA(int i) => LT(i).Type;

    public IToken Get(int i) => i < 0 || i >= _end ? EndToken : tokens[i];

    public void Consume() => Index++;

    public int Mark() => 0;

    public void Release(int marker)
    {
    }

    public void Seek(int index) => Index = index;

    public string GetText(Interval interval) => "";

    public string GetText() => "";

    public string GetText(RuleContext ctx) => "";

    public string GetText(IToken start, IToken stop) => "";
}
