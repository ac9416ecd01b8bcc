using System.Globalization;
using Antlr4.Runtime;

namespace KernelDsl.Compiler.Syntax.Lexing;

/// <summary>
/// Shows the lexer one stand-in for all letters past ASCII and one for all that is part of no token: its tables are for ASCII, and it is
/// many times slower on the rest. Offsets are UTF-16 units of the text, and texts of tokens are unchanged.
/// </summary>
internal sealed class FoldedCharStream(string text) : AntlrInputStream(text)
{
    // No keyword and no number has a 'z'.
    private const int Letter = 'z';
    private const int NoCharacter = 1;
    private const int ByteOrderMark = 0xFEFF;

    public override int LA(int i)
    {
        var unit = base.LA(i);
        return unit is < 128 or ByteOrderMark ? unit : Fold((char)unit);
    }

    private static int Fold(char unit) => CharUnicodeInfo.GetUnicodeCategory(unit) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Letter,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.DecimalDigitNumber => unit,
        _ => NoCharacter,
    };
}
