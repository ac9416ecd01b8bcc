namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>Bodies of functions. Names of an inner scope get the scope's number, so that a body is one flat list.</summary>
internal sealed partial class PtxParser
{
    private PtxBody Body(string function, ImmutableArray<PtxVariable> parameters)
    {
        var reader = new BodyState { Function = function };
        Expect("{");
        reader.Push();
        foreach (var parameter in parameters.Where(p => p.Space == StateSpace.Reg))
        {
            reader.DeclareParameter(parameter);
        }

        while (reader.Depth > 0)
        {
            Statement(reader);
        }

        return reader.ToBody();
    }

    private void Statement(BodyState body)
    {
        var token = Current;
        switch (token.Text)
        {
            case "{" when token.Kind == TokenKind.Punctuation:
                _at++;
                body.Push();
                break;
            case "}" when token.Kind == TokenKind.Punctuation:
                _at++;
                body.Pop();
                break;
            case ";":
                _at++;
                break;
            case ".reg":
                Registers(body);
                break;
            case ".local" or ".shared" or ".param":
                Variables(false, body.Variables, rename: body.Declare);
                break;
            case ".const" or ".global":
                // It lives as long as the module.
                Variables(false, _variables, rename: body.DeclareGlobal);
                break;
            case ".extern":
                _at++;
                Variables(true, body.Variables, rename: body.Declare);
                break;
            case ".loc":
                Location(body);
                break;
            case ".pragma":
                SkipLineDirective();
                break;
            case ".file":
                _at++;
                File();
                break;
            default:
                if (token.Kind == TokenKind.Word && _tokens[_at + 1].Is(":"))
                {
                    Label(body);
                }
                else if (token.Kind == TokenKind.Word || token.Is("@"))
                {
                    body.Statements.Add(Instruction(body));
                }
                else
                {
                    throw Error($"'{token.Text}' does not begin a statement.");
                }

                break;
        }
    }

    private void Label(BodyState body)
    {
        var line = Current.Line;
        var name = Word();
        Expect(":");
        if (Accept(".branchtargets") || Accept(".calltargets"))
        {
            var targets = ImmutableArray.CreateBuilder<string>();
            do
            {
                targets.Add(Word());
            }
            while (Accept(","));
            Expect(";");
            body.Tables[name] = targets.ToImmutable();
        }
        else if (Accept(".callprototype"))
        {
            var results = Current.Is("(") ? Parameters() : [];
            Word();
            body.Prototypes[name] = new PtxPrototype(results, Current.Is("(") ? Parameters() : []);
            Bounds();
            Expect(";");
        }
        else
        {
            body.Statements.Add(new PtxLabel(body.DeclareLabel(name, line), line));
        }
    }

    private void Registers(BodyState body)
    {
        _at++;
        var parts = Accept(".v2") ? 2 : Accept(".v4") ? 4 : 1;
        if (Current.Kind != TokenKind.Dotted || !PtxTypes.TryParse(Current.Text, out var type))
        {
            throw Error($"'{Current.Text}' is not the type of a register.");
        }

        _at++;
        do
        {
            var name = Word();
            if (Accept("<"))
            {
                var count = Integer();
                Expect(">");
                if (count > 1 << 20)
                {
                    throw Error("there are too many registers.");
                }

                for (var i = 0; i < (int)count; i++)
                {
                    body.DeclareRegister(name + i.ToString(System.Globalization.CultureInfo.InvariantCulture), type, parts);
                }
            }
            else
            {
                body.DeclareRegister(name, type, parts);
            }
        }
        while (Accept(","));
        Expect(";");
    }

    private void Location(BodyState body)
    {
        var line = Current.Line;
        _at++;
        var numbers = (Integer(), Integer(), Integer());
        ulong inlinedFile = 0, inlinedLine = 0;
        while (Current.Line == line && Current.Kind != TokenKind.End)
        {
            if (Accept("inlined_at"))
            {
                (inlinedFile, inlinedLine) = (Integer(), Integer());
                Integer();
            }
            else
            {
                _at++;
            }
        }

        body.Place = new SourcePlace((int)numbers.Item1, (int)numbers.Item2, (int)numbers.Item3, (int)inlinedFile, (int)inlinedLine);
    }

    /// <summary>What is known while a body is read.</summary>
    private sealed class BodyState
    {
        private readonly List<Dictionary<string, string>> _scopes = [];
        private readonly List<(string Name, string Unique)> _labels = [];
        private int _scopeCount;

        public ImmutableArray<PtxStatement>.Builder Statements { get; } = ImmutableArray.CreateBuilder<PtxStatement>();

        public ImmutableArray<PtxVariable>.Builder Variables { get; } = ImmutableArray.CreateBuilder<PtxVariable>();

        public Dictionary<string, PtxType> Registers { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, ImmutableArray<string>> Tables { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, PtxPrototype> Prototypes { get; } = new(StringComparer.Ordinal);

        /// <summary>Registers that are vectors, with the number of their parts.</summary>
        public Dictionary<string, int> Vectors { get; } = new(StringComparer.Ordinal);

        public required string Function { get; init; }

        public SourcePlace? Place { get; set; }

        public int Depth => _scopes.Count;

        public void Push()
        {
            _scopes.Add(new(StringComparer.Ordinal));
            _scopeCount++;
        }

        public void Pop() => _scopes.RemoveAt(_scopes.Count - 1);

        public string Declare(string name)
        {
            var unique = _scopes.Count == 1 ? name : $"{name}@{_scopeCount}";
            _scopes[^1][name] = unique;
            return unique;
        }

        public string DeclareGlobal(string name) => _scopes[^1][name] = $"{name}@{Function}@{_scopeCount}";

        public void DeclareRegister(string name, PtxType type, int parts)
        {
            var unique = Declare(name);
            if (parts == 1)
            {
                Registers[unique] = type;
                return;
            }

            Vectors[unique] = parts;
            for (var k = 0; k < parts; k++)
            {
                Registers[Part(unique, k)] = type;
            }
        }

        /// <summary>A part of a vector makes the vector known too.</summary>
        public void DeclareParameter(PtxVariable parameter)
        {
            Registers[Declare(parameter.Name)] = parameter.Type;
            var point = parameter.Name.IndexOf('.', StringComparison.Ordinal);
            if (point > 0)
            {
                var vector = parameter.Name[..point];
                Vectors[Declare(vector)] = Vectors.GetValueOrDefault(vector) + 1;
            }
        }

        public static string Part(string vector, int index) => $"{vector}.{"xyzw"[index]}";

        /// <summary>Labels keep their names in the outermost scope; in an inner one they may repeat, so jumps there are resolved as they are read.</summary>
        public string DeclareLabel(string name, int line)
        {
            var unique = _scopes.Count == 1 ? name : Declare(name);
            if (_labels.Contains((name, unique)))
            {
                throw new PtxException(line, $"the label '{name}' is defined twice.");
            }

            _labels.Add((name, unique));
            return unique;
        }

        public string Resolve(string name)
        {
            for (var i = _scopes.Count - 1; i >= 0; i--)
            {
                if (_scopes[i].TryGetValue(name, out var unique))
                {
                    return unique;
                }
            }

            return name;
        }

        public string ScopedLabel(string name) => _scopes.Count == 1 ? name : $"{name}@{_scopeCount}";

        public PtxBody ToBody()
        {
            // A jump forward inside a scope was read before its label was known.
            var labels = _labels.Select(label => label.Unique).ToHashSet(StringComparer.Ordinal);
            for (var i = 0; i < Statements.Count; i++)
            {
                if (Statements[i] is PtxInstruction { Opcode: "bra", Operands: [SymbolOperand target] } bra && !labels.Contains(target.Name)
                    && target.Name.IndexOf('@', StringComparison.Ordinal) is > 0 and var cut && labels.Contains(target.Name[..cut]))
                {
                    Statements[i] = bra with { Operands = [new SymbolOperand(target.Name[..cut], 0)] };
                }
            }

            return new PtxBody(Statements.ToImmutable(), Registers.ToImmutableDictionary(), Variables.ToImmutable(), Tables.ToImmutableDictionary()) { Prototypes = Prototypes.ToImmutableDictionary() };
        }
    }
}
