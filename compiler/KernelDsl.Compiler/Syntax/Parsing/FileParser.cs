using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax.Building;
using KernelDsl.Compiler.Syntax.Grammar;
using KernelDsl.Compiler.Syntax.Lexing;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Syntax.Parsing;

/// <summary>Cuts a file into items by their keywords and parses each on its own.</summary>
internal sealed class FileParser
{
    private readonly TokenList _tokens;
    private readonly SyntaxErrors _errors;
    private readonly SyntaxErrorReporter _reporter;
    private readonly SliceParser _parser;
    private readonly KernelParser _kernels;
    private readonly ItemBuilder _builder;
    private readonly ImmutableArray<ItemSyntax>.Builder _items = ImmutableArray.CreateBuilder<ItemSyntax>();
    private NameSyntax? _module;

    public FileParser(SourceText source, TokenList tokens, SyntaxErrors errors)
    {
        _tokens = tokens;
        _errors = errors;
        _reporter = new SyntaxErrorReporter(tokens, errors);
        _parser = new SliceParser(tokens, _reporter, errors);
        _builder = new ItemBuilder(source, new Documentation(tokens), errors);
        _kernels = new KernelParser(tokens, _parser, _builder, _reporter, errors);
    }

    public ModuleSyntax Parse(TextSpan span)
    {
        var index = 0;
        while (index < _tokens.Count && !_errors.IsFull)
        {
            var end = FindNextItem(index + 1);
            var before = _errors.Count;
            if (StartsItem(index))
            {
                index = ParseItem(index, end);
                if (_errors.Count > before)
                {
                    // What a mistake in the item left over is part of that mistake.
                    while (index < end && _tokens.TypeAt(index) is KdslParser.CLOSE_BRACE or KdslParser.SEMICOLON)
                    {
                        index++;
                    }
                }
            }
            else
            {
                _errors.Report(SyntaxDiagnostics.ExpectedItem, _tokens[index].Span(), _reporter.Found(index));
                index = end;
            }
        }

        return new ModuleSyntax(_module, _items.ToImmutable(), span);
    }

    private int ParseItem(int start, int end)
    {
        switch (_tokens.TypeAt(start))
        {
            case KdslParser.MODULE:
                return ParseModule(start, end);
            case KdslParser.FN:
                return ParseUntil(KdslParser.SEMICOLON, p => p.function(), _builder.Function, start, end, "this function");
            case KdslParser.GRADIENT:
                return ParseUntil(KdslParser.SEMICOLON, p => p.gradient(), ItemBuilder.Gradient, start, end, "this gradient");
            case KdslParser.EXAMPLE:
                return ParseUntil(KdslParser.CLOSE_BRACE, p => p.example(), _builder.Example, start, end, "this example");
            case KdslParser.SCHEDULE:
                return ParseUntil(KdslParser.CLOSE_BRACE, p => p.schedule(), _builder.Schedule, start, end, "this directive");
            default:
                var (kernel, next) = _kernels.Parse(start, end);
                _items.Add(kernel);
                return next;
        }
    }

    private int ParseUntil<TContext>(
        int terminator, Func<KdslParser, TContext> rule, Func<TContext, ItemSyntax> build, int start, int end, string subject)
        where TContext : Antlr4.Runtime.ParserRuleContext
    {
        var next = FindAfter(terminator, start, end);
        if (_parser.Parse(rule, start, next, subject) is { } context)
        {
            _items.Add(build(context));
        }

        return next;
    }

    private int ParseModule(int start, int end)
    {
        var next = FindAfter(KdslParser.SEMICOLON, start, end);
        if (start > 0)
        {
            _errors.Report(SyntaxDiagnostics.ModuleNotFirst, _tokens[start].Span());
        }
        else if (_parser.Parse(p => p.moduleDeclaration(), start, next, "the module name") is { } context)
        {
            _module = NameBuilder.Dotted(context);
        }

        return next;
    }

    private int FindAfter(int terminator, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (_tokens.TypeAt(i) == terminator)
            {
                return i + 1;
            }
        }

        return end;
    }

    private int FindNextItem(int start)
    {
        while (start < _tokens.Count && !StartsItem(start))
        {
            start++;
        }

        return start;
    }

    // In the middle of a line the keyword is a mistaken name and not the start of an item.
    private bool StartsItem(int index)
        => TokenKinds.StartsItem(_tokens.TypeAt(index))
            && (_tokens.IsFirstOnLine(index) || _tokens.TypeAt(index - 1) is KdslParser.SEMICOLON or KdslParser.CLOSE_BRACE)
            && !(_tokens.TypeAt(index) == KdslParser.KERNEL && _tokens.TypeAt(index - 1) == KdslParser.DETERMINISTIC);
}
