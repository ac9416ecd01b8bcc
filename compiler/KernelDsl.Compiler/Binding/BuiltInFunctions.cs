namespace KernelDsl.Compiler.Binding;

/// <summary>What a built-in function takes and gives.</summary>
internal enum FunctionShape
{
    /// <summary>Floats (integers are converted) to a float.</summary>
    Float,

    /// <summary>Numbers to a number of their kind.</summary>
    Number,

    /// <summary>A float to a truth value.</summary>
    Test,

    /// <summary>Integers to an integer.</summary>
    Integer,

    /// <summary>Integers to a float.</summary>
    Counter,
}

/// <summary>The built-in functions by name. A maximum of arguments of -1 means any number.</summary>
internal sealed record BuiltInSignature(string Name, BuiltInFunction Function, FunctionShape Shape, int Minimum, int Maximum)
{
    private static readonly ImmutableDictionary<string, BuiltInSignature> s_table = new BuiltInSignature[]
    {
        new("abs", BuiltInFunction.Abs, FunctionShape.Number, 1, 1),
        new("min", BuiltInFunction.Min, FunctionShape.Number, 2, -1),
        new("max", BuiltInFunction.Max, FunctionShape.Number, 2, -1),
        new("exp", BuiltInFunction.Exp, FunctionShape.Float, 1, 1),
        new("exp2", BuiltInFunction.Exp2, FunctionShape.Float, 1, 1),
        new("expm1", BuiltInFunction.Expm1, FunctionShape.Float, 1, 1),
        new("log", BuiltInFunction.Log, FunctionShape.Float, 1, 1),
        new("log2", BuiltInFunction.Log2, FunctionShape.Float, 1, 1),
        new("log1p", BuiltInFunction.Log1p, FunctionShape.Float, 1, 1),
        new("sqrt", BuiltInFunction.Sqrt, FunctionShape.Float, 1, 1),
        new("rsqrt", BuiltInFunction.Rsqrt, FunctionShape.Float, 1, 1),
        new("pow", BuiltInFunction.Pow, FunctionShape.Float, 2, 2),
        new("sin", BuiltInFunction.Sin, FunctionShape.Float, 1, 1),
        new("cos", BuiltInFunction.Cos, FunctionShape.Float, 1, 1),
        new("tan", BuiltInFunction.Tan, FunctionShape.Float, 1, 1),
        new("tanh", BuiltInFunction.Tanh, FunctionShape.Float, 1, 1),
        new("sigmoid", BuiltInFunction.Sigmoid, FunctionShape.Float, 1, 1),
        new("softplus", BuiltInFunction.Softplus, FunctionShape.Float, 1, 1),
        new("relu", BuiltInFunction.Relu, FunctionShape.Number, 1, 1),
        new("silu", BuiltInFunction.Silu, FunctionShape.Float, 1, 1),
        new("erf", BuiltInFunction.Erf, FunctionShape.Float, 1, 1),
        new("floor", BuiltInFunction.Floor, FunctionShape.Float, 1, 1),
        new("ceil", BuiltInFunction.Ceil, FunctionShape.Float, 1, 1),
        new("round", BuiltInFunction.Round, FunctionShape.Float, 1, 1),
        new("clamp", BuiltInFunction.Clamp, FunctionShape.Number, 3, 3),
        new("sign", BuiltInFunction.Sign, FunctionShape.Number, 1, 1),
        new("isnan", BuiltInFunction.IsNan, FunctionShape.Test, 1, 1),
        new("fma", BuiltInFunction.Fma, FunctionShape.Float, 3, 3),
        new("popcount", BuiltInFunction.Popcount, FunctionShape.Integer, 1, 1),
        new("random", BuiltInFunction.Random, FunctionShape.Counter, 1, -1),
    }.ToImmutableDictionary(signature => signature.Name);

    public static IEnumerable<string> Names => s_table.Keys;

    public static BuiltInSignature? Find(string name) => s_table.TryGetValue(name, out var signature) ? signature : null;

    public bool Accepts(int count) => count >= Minimum && (Maximum < 0 || count <= Maximum);

    /// <summary><c>2 arguments</c>, <c>at least 2 arguments</c></summary>
    public string Takes => (Maximum < 0 ? "at least " : string.Empty) + Count(Minimum);

    public static string Count(int arguments) => arguments == 1 ? "1 argument" : arguments + " arguments";
}
