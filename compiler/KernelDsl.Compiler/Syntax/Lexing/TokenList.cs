using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Lexing;

/// <summary>The tokens of a file: those the parser reads, and all of them with comments and blanks.</summary>
/// <param name="Significant">The tokens of the grammar, without the end of the file.</param>
/// <param name="All">The same tokens with the comments and blanks between them.</param>
internal sealed record TokenList(IReadOnlyList<IToken> Significant, IReadOnlyList<IToken> All)
{
    /// <summary>The number of tokens the parser reads.</summary>
    public int Count => Significant.Count;

    /// <summary>A token that the parser reads.</summary>
    public IToken this[int index] => Significant[index];

    /// <summary>Whether the file ends in a comment that is never closed.</summary>
    public bool EndsInComment => All.Count > 0 && All[All.Count - 1].Type == KdslLexer.UNCLOSED_COMMENT;

    /// <summary>The kind of a token; the end of the file past the last one.</summary>
    public int TypeAt(int index) => index >= 0 && index < Count ? Significant[index].Type : TokenConstants.EOF;

    /// <summary>Whether a token is the first that the parser reads on its line.</summary>
    public bool IsFirstOnLine(int index) => index == 0 || Significant[index].Line > Significant[index - 1].Line;
}

/// <summary>Spans of tokens.</summary>
internal static class TokenSpans
{
    public static TextSpan Span(this IToken token) => TextSpan.FromBounds(token.StartIndex, token.StopIndex + 1);
}
