namespace KernelDsl.Tool.Inputs;

/// <summary>What is known of one call: types, consts, extents and scalars, each with the place it came from.</summary>
internal sealed class CallSizes
{
    public Dictionary<string, ElementType> Types { get; } = new(StringComparer.Ordinal);

    public Dictionary<Symbol, long> Numbers { get; } = [];

    /// <summary>Where a number of <see cref="Numbers"/> came from: <c>axis 'k' of 'q'</c>, <c>--dims</c>.</summary>
    public Dictionary<Symbol, string> Sources { get; } = [];

    public Dictionary<ScalarSymbol, UniformValue> Scalars { get; } = [];

    public UniformEvaluator Evaluator => new(Lookup);

    public void Set(Symbol symbol, long value, string source)
    {
        Numbers[symbol] = value;
        Sources[symbol] = source;
    }

    public long Integer(BoundExpression expression)
        => Evaluator.Integer(expression) ?? throw ToolException.Failure(ArgumentDiagnostics.MissingExtent, UniformText.Of(expression), "");

    /// <summary>The shape of an array.</summary>
    /// <exception cref="ToolException">An extent is not known or negative.</exception>
    public ImmutableArray<long> Shape(StorageComponent component) => component.Shape.Select(expression =>
    {
        var size = Integer(expression);
        return size >= 0 ? size : throw ToolException.Failure(ArgumentDiagnostics.ExtentRange, $"{UniformText.Of(expression)}' of '{component.Key}", size, "at least 0");
    }).ToImmutableArray();

    public KernelInstance Instance(BoundKernel kernel)
        => new(Types.ToImmutableDictionary(), kernel.Consts.ToImmutableDictionary(constant => constant.Name, constant => Numbers[constant]));

    private UniformValue? Lookup(Symbol symbol) => symbol is ScalarSymbol scalar
        ? Scalars.TryGetValue(scalar, out var value) ? value : null
        : Numbers.TryGetValue(symbol, out var number) ? UniformValue.Of(number) : null;
}
