using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Bounds on what is parsed, so that no input can exhaust the stack here or in a later phase.</summary>
internal static class SyntaxLimits
{
    public const int Characters = 1 << 20;
    public const int Errors = 100;
    public const int Nesting = 64;
    public const int Prefixes = 256;
    public const int Operators = 500;

    /// <summary>Checks a statement, a signature or another item; reports at most one problem.</summary>
    public static bool Check(TokenList tokens, int start, int end, SyntaxErrors errors)
    {
        var (depth, prefixes, operators, inWhere) = (0, 0, 0, false);
        for (var i = start; i < end; i++)
        {
            switch (tokens[i].Type)
            {
                case KdslParser.OPEN_PAREN or KdslParser.OPEN_BRACKET or KdslParser.OPEN_BRACE:
                    depth++;
                    break;
                case KdslParser.CLOSE_PAREN or KdslParser.CLOSE_BRACKET or KdslParser.CLOSE_BRACE:
                    depth--;
                    break;
                case KdslParser.BANG or KdslParser.TILDE or KdslParser.IF or KdslParser.ELSE:
                    prefixes++;
                    break;
                case KdslParser.MINUS when i == start || !TokenKinds.EndsOperand(tokens.TypeAt(i - 1)):
                    prefixes++;
                    break;
                case KdslParser.WHERE:
                    inWhere = true;
                    break;
                case KdslParser.COMMA when inWhere && depth == 0: // conditions are joined into one expression
                    operators++;
                    break;
                case var type when TokenKinds.IsBinaryOperator(type):
                    operators++;
                    break;
            }

            var problem = depth > Nesting ? (SyntaxDiagnostics.NestingTooDeep, Nesting)
                : prefixes > Prefixes ? (SyntaxDiagnostics.TooManyPrefixes, Prefixes)
                : operators > Operators ? (SyntaxDiagnostics.ExpressionTooLong, Operators)
                : ((DiagnosticDescriptor, int)?)null;
            if (problem is var (descriptor, limit))
            {
                errors.Report(descriptor, tokens[i].Span(), limit);
                return false;
            }
        }

        return true;
    }
}
