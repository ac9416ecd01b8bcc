namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>Recursive descent over the tokens of a module. What it does not know it refuses with the line.</summary>
internal sealed partial class PtxParser
{
    private static readonly string[] s_linking = [".visible", ".extern", ".weak", ".common"];

    /// <summary>What begins another declaration; old texts do not end one of a function with a semicolon.</summary>
    private static readonly string[] s_outside = [.. s_linking, ".entry", ".func", ".global", ".const", ".shared", ".local", ".file", ".section", ".loc", ".tex", ".alias"];

    private readonly List<Token> _tokens;
    private readonly ImmutableArray<PtxVariable>.Builder _variables = ImmutableArray.CreateBuilder<PtxVariable>();
    private readonly ImmutableArray<PtxFunction>.Builder _functions = ImmutableArray.CreateBuilder<PtxFunction>();
    private readonly ImmutableDictionary<int, string>.Builder _files = ImmutableDictionary.CreateBuilder<int, string>();
    private readonly ImmutableDictionary<string, string>.Builder _aliases = ImmutableDictionary.CreateBuilder<string, string>();
    private int _at;

    private PtxParser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_at];

    /// <summary>Parses a module.</summary>
    /// <exception cref="PtxException">The text is not PTX that is known here.</exception>
    public static PtxModule Parse(string text) => new PtxParser(PtxLexer.Read(text)).Module();

    private PtxModule Module()
    {
        var target = "";
        while (Current.Kind != TokenKind.End)
        {
            if (Accept(".version"))
            {
                Skip(TokenKind.Float64, TokenKind.Integer);
            }
            else if (Accept(".target"))
            {
                target = Word();
                while (Accept(","))
                {
                    Word();
                }
            }
            else if (Accept(".address_size"))
            {
                if (Integer() != 64)
                {
                    throw Error("only 64-bit addresses are executed.");
                }
            }
            else if (Accept(".file"))
            {
                File();
            }
            else if (Accept(".section"))
            {
                SkipBraces();
            }
            else if (Current.Is(".loc") || Current.Is(".pragma"))
            {
                SkipLineDirective();
            }
            else
            {
                Declaration();
            }
        }

        return new PtxModule(target, _variables.ToImmutable(), _functions.ToImmutable(), _files.ToImmutable()) { Aliases = _aliases.ToImmutable() };
    }

    private void Declaration()
    {
        var isExtern = false;
        while (s_linking.Contains(Current.Text) && Current.Kind == TokenKind.Dotted)
        {
            isExtern |= Current.Text == ".extern";
            _at++;
        }

        switch (Current.Text)
        {
            case ".entry" or ".func":
                Function();
                break;
            case ".global" or ".const" or ".shared" or ".local":
                Variables(isExtern, _variables);
                break;
            case ".alias":
                Alias();
                break;
            case ".tex":
                throw Error("textures are not executed.");
            default:
                throw Error($"'{Current.Text}' does not begin a declaration.");
        }
    }

    private void Alias()
    {
        _at++;
        var name = Word();
        Expect(",");
        _aliases[name] = Word();
        Expect(";");
        for (var i = _functions.Count - 1; i >= 0; i--)
        {
            if (_functions[i].Name == name && _functions[i].Body is null)
            {
                _functions.RemoveAt(i);
            }
        }
    }

    /// <summary><c>(.managed)</c>, <c>(.unified(1, 2))</c>: where memory lies changes nothing here.</summary>
    private void SkipAttribute()
    {
        Expect("(");
        for (var depth = 1; depth > 0;)
        {
            var token = Take();
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
            if (token.Kind == TokenKind.End)
            {
                throw Error("an attribute does not end.");
            }
        }
    }

    private void File()
    {
        var number = (int)Integer();
        _files[number] = Current.Kind == TokenKind.Text ? Take().Text : throw Error("the name of a file is expected.");
        while (Accept(","))
        {
            Integer();
        }
    }

    private void SkipLineDirective()
    {
        var line = Current.Line;
        while (Current.Line == line && Current.Kind != TokenKind.End)
        {
            _at++;
        }
    }

    private void SkipBraces()
    {
        while (!Current.Is("{"))
        {
            if (Take().Kind == TokenKind.End)
            {
                throw Error("a section has no content.");
            }
        }

        var depth = 0;
        do
        {
            depth += Current.Is("{") ? 1 : Current.Is("}") ? -1 : 0;
            if (Take().Kind == TokenKind.End)
            {
                throw Error("a section does not end.");
            }
        }
        while (depth > 0);
    }

    private bool Accept(string text)
    {
        if (!Current.Is(text))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string text)
    {
        if (!Accept(text))
        {
            throw Error($"'{text}' expected, and '{Current.Text}' found.");
        }
    }

    private Token Take() => Current.Kind == TokenKind.End ? Current : _tokens[_at++];

    private void Skip(params ReadOnlySpan<TokenKind> kinds)
    {
        if (!kinds.Contains(Current.Kind))
        {
            throw Error($"'{Current.Text}' is not expected here.");
        }

        _at++;
    }

    private string Word() => Current.Kind == TokenKind.Word ? Take().Text : throw Error($"a name is expected, and '{Current.Text}' found.");

    private ulong Integer() => Current.Kind == TokenKind.Integer ? Take().Bits : throw Error($"an integer is expected, and '{Current.Text}' found.");

    private PtxException Error(string reason) => new(Current.Line, reason);
}
