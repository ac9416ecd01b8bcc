using Antlr4.Runtime;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Syntax.Parsing;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>Where in an item a place is: what is written there is often not complete, so that this looks at tokens and not at the tree.</summary>
internal enum CompletionPlace
{
    /// <summary>Between items.</summary>
    File,
    Signature,
    Body,
    Function,
    Example,
    Schedule,
    Gradient,
}

/// <summary>An open bracket before a place, and the token before it, which says what the bracket is for.</summary>
internal sealed record OpenBracket(int Type, IToken? Before, int Index);

/// <summary>The tokens from the start of the item to the place, without the word that is being written.</summary>
internal sealed record CompletionContext(
    CompletionPlace Place, ItemSyntax? Item, ImmutableArray<IToken> Tokens, ImmutableArray<OpenBracket> Open, TextSpan Word, bool IsBeforeBracket)
{
    public int Last => Tokens.IsEmpty ? TokenConstants.EOF : Tokens[^1].Type;

    public OpenBracket? Innermost => Open.IsEmpty ? null : Open[^1];

    /// <summary>The tokens after a keyword or a separator of the innermost bracket: what is being written there.</summary>
    public IEnumerable<IToken> SinceOpen => Tokens.Skip(Innermost is { } open ? open.Index + 1 : 0);

    /// <summary>Null where nothing is to be said: inside a comment or a number.</summary>
    public static CompletionContext? At(Place place)
    {
        var (source, offset) = (place.Source, place.Offset);
        var all = Tokenizer.Read(source, new SyntaxErrors(new DiagnosticBag(source))).All;
        if (all.Any(token => IsComment(token) && token.StartIndex < offset && (offset <= token.StopIndex || (offset == token.StopIndex + 1 && token.Type != KdslLexer.BLOCK_COMMENT))))
        {
            return null;
        }

        var significant = all.Where(token => token.Channel == TokenConstants.DefaultChannel).ToArray();
        var touching = Array.Find(significant, token => token.StartIndex < offset && offset <= token.StopIndex + 1);
        var isWord = touching is not null && (touching.Type == KdslLexer.IDENTIFIER || TokenKinds.IsKeyword(touching.Type));
        if (touching is not null && touching.Type is KdslLexer.INTEGER or KdslLexer.HEX_INTEGER or KdslLexer.FLOAT or KdslLexer.BAD_NUMBER)
        {
            return null;
        }

        var start = isWord ? touching!.StartIndex : offset;
        var before = significant.Where(token => token.StopIndex < start).ToArray();
        var first = Math.Max(0, Array.FindLastIndex(before, token => TokenKinds.StartsItem(token.Type)));
        if (first > 0 && before[first - 1].Type == KdslLexer.DETERMINISTIC)
        {
            first--;
        }

        var tokens = ImmutableArray.Create(before, first, before.Length - first);
        var (where, open) = Scan(tokens);
        var item = where == CompletionPlace.File ? null : place.Analysis.Compilation.Syntax.Items.LastOrDefault(i => i.Span.Start <= tokens[0].StartIndex && tokens[0].StartIndex <= i.Span.End);
        var end = isWord ? touching!.StopIndex + 1 : offset;
        return new CompletionContext(where, item, tokens, open, TextSpan.FromBounds(start, end), end < source.Text.Length && source.Text[end] is '(' or '[');
    }

    private static bool IsComment(IToken token) => token.Type is KdslLexer.DOC_COMMENT or KdslLexer.LINE_COMMENT or KdslLexer.BLOCK_COMMENT or KdslLexer.UNCLOSED_COMMENT;

    private static (CompletionPlace Place, ImmutableArray<OpenBracket> Open) Scan(ImmutableArray<IToken> tokens)
    {
        var place = tokens.IsEmpty ? CompletionPlace.File : PlaceOf(tokens[0].Type);
        var hasBraces = place is CompletionPlace.Signature or CompletionPlace.Example or CompletionPlace.Schedule;
        var open = new List<OpenBracket>();
        for (var i = 0; i < tokens.Length && place != CompletionPlace.File; i++)
        {
            var (type, before) = (tokens[i].Type, i > 0 ? tokens[i - 1] : null);
            switch (type)
            {
                case KdslLexer.OPEN_BRACE when place == CompletionPlace.Signature && before?.Type != KdslLexer.COLON:
                    place = CompletionPlace.Body;
                    open = [new OpenBracket(type, before, i)];
                    break;
                case KdslLexer.OPEN_PAREN or KdslLexer.OPEN_BRACKET or KdslLexer.OPEN_BRACE:
                case KdslLexer.LESS when place == CompletionPlace.Signature && open.Count == 0 && i is 2 or 3:
                    open.Add(new OpenBracket(type, before, i));
                    break;
                case KdslLexer.CLOSE_BRACE when open.Count <= 1 && hasBraces:
                    place = CompletionPlace.File;
                    break;
                case KdslLexer.GREATER when place == CompletionPlace.Signature && open is [{ Type: KdslLexer.LESS }]:
                case KdslLexer.CLOSE_PAREN or KdslLexer.CLOSE_BRACKET or KdslLexer.CLOSE_BRACE when open.Count > (place == CompletionPlace.Body ? 1 : 0):
                    open.RemoveAt(open.Count - 1);
                    break;
                case KdslLexer.SEMICOLON when place == CompletionPlace.Body:
                    // A bracket that a statement left open ends with it.
                    open.RemoveRange(1, open.Count - 1);
                    break;
                case KdslLexer.SEMICOLON when !hasBraces:
                    place = CompletionPlace.File;
                    break;
            }
        }

        return (place, [.. open]);
    }

    private static CompletionPlace PlaceOf(int type) => type switch
    {
        KdslLexer.KERNEL or KdslLexer.DETERMINISTIC => CompletionPlace.Signature,
        KdslLexer.FN => CompletionPlace.Function,
        KdslLexer.EXAMPLE => CompletionPlace.Example,
        KdslLexer.SCHEDULE => CompletionPlace.Schedule,
        KdslLexer.GRADIENT => CompletionPlace.Gradient,
        KdslLexer.MODULE => CompletionPlace.Gradient,
        _ => CompletionPlace.File,
    };
}
