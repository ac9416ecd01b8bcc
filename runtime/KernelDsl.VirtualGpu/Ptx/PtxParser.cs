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

    private void Function()
    {
        var line = Current.Line;
        var isEntry = Take().Text == ".entry";
        var results = Current.Is("(") ? Parameters() : [];
        var name = Word();
        var parameters = Current.Is("(") ? Parameters() : [];
        var bounds = Bounds();
        PtxBody? body = null;
        if (!Accept(";") && Current.Is("{"))
        {
            body = Body(name, results.AddRange(parameters));
        }

        var function = new PtxFunction(name, isEntry, results, parameters, body, bounds, line);
        var known = -1;
        for (var i = 0; i < _functions.Count; i++)
        {
            known = _functions[i].Name == name ? i : known;
        }

        if (known < 0)
        {
            _functions.Add(function);
        }
        else if (_functions[known].Body is null)
        {
            _functions[known] = function;
        }
        else if (body is not null)
        {
            throw new PtxException(line, $"'{name}' is defined twice.");
        }
    }

    private PtxBounds Bounds()
    {
        var bounds = default(PtxBounds);
        while (Current.Kind == TokenKind.Dotted && !s_outside.Contains(Current.Text))
        {
            switch (Take().Text)
            {
                case ".maxntid":
                    var max = Dimensions();
                    bounds = bounds with { MaxThreads = checked(max.X * max.Y * max.Z) };
                    break;
                case ".reqntid":
                    var required = Dimensions();
                    bounds = bounds with { RequiredX = required.X, RequiredY = required.Y, RequiredZ = required.Z };
                    break;
                case ".reqnctapercluster":
                    var cluster = Dimensions();
                    bounds = bounds with { ClusterX = cluster.X, ClusterY = cluster.Y, ClusterZ = cluster.Z };
                    break;
                case ".maxclusterrank":
                    bounds = bounds with { MaximumClusterRank = (int)Integer() };
                    break;
                case ".explicitcluster":
                    bounds = bounds with { IsExplicitCluster = true };
                    break;
                case ".minnctapersm" or ".maxnreg" or ".maxnctapersm" or ".noreturn" or ".pragma":
                    while (Current.Kind is TokenKind.Integer or TokenKind.Text || Current.Is(","))
                    {
                        _at++;
                    }

                    Accept(";");
                    break;
                case ".attribute":
                    SkipAttribute();
                    break;
                default:
                    _at--;
                    throw Error($"'{Current.Text}' is not a known attribute of a function.");
            }
        }

        return bounds;
    }

    private (int X, int Y, int Z) Dimensions()
    {
        var sizes = new[] { 1, 1, 1 };
        var count = 0;
        do
        {
            var value = Integer();
            if (count == 3 || value > 1 << 20)
            {
                throw Error("a size of a launch has at most three parts, each at most 2^20.");
            }

            sizes[count++] = (int)value;
        }
        while (Accept(","));
        return (sizes[0], sizes[1], sizes[2]);
    }

    private ImmutableArray<PtxVariable> Parameters()
    {
        Expect("(");
        var list = ImmutableArray.CreateBuilder<PtxVariable>();
        while (!Accept(")"))
        {
            if (Current.Is(".reg"))
            {
                list.AddRange(RegisterParameter());
            }
            else
            {
                Variables(false, list, isParameter: true);
            }

            if (!Accept(",") && !Current.Is(")"))
            {
                throw Error($"',' or ')' expected, and '{Current.Text}' found.");
            }
        }

        return list.ToImmutable();
    }

    /// <summary>A parameter in a register; one in a vector of registers counts as its parts.</summary>
    private IEnumerable<PtxVariable> RegisterParameter()
    {
        var line = Take().Line;
        var parts = Accept(".v2") ? 2 : Accept(".v4") ? 4 : 1;
        if (Current.Kind != TokenKind.Dotted || !PtxTypes.TryParse(Current.Text, out var type))
        {
            throw Error($"'{Current.Text}' is not the type of a register.");
        }

        _at++;
        var name = Word();
        return Enumerable.Range(0, parts).Select(k => new PtxVariable(
            StateSpace.Reg, parts == 1 ? name : BodyState.Part(name, k), type, Math.Max(type.Size(), 1), type.Size(), false, [], line)).ToArray();
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
