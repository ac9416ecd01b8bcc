namespace KernelDsl.VirtualGpu.Ptx;

/// <content>Heads of functions.</content>
internal sealed partial class PtxParser
{
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
}
