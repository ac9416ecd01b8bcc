using KernelDsl.Compiler.Navigation;

namespace KernelDsl.Tool.LanguageServer.Features;

/// <summary>A sentence for each name that the language brings, from <c>docs/language.md</c>.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Text">What it gives.</param>
internal sealed record BuiltInHelp(string Form, string Text)
{
    private static readonly Dictionary<(NavigationKind, string), BuiltInHelp> s_help = new[]
    {
        Functions(
            ("abs", "(x)", "The absolute value, of the kind of x."),
            ("min", "(x, y, …)", "The smallest of its arguments; NaN if one is NaN."),
            ("max", "(x, y, …)", "The largest of its arguments; NaN if one is NaN."),
            ("exp", "(x)", "e to the power of x."),
            ("exp2", "(x)", "2 to the power of x."),
            ("expm1", "(x)", "exp(x) - 1, exact near 0."),
            ("log", "(x)", "The natural logarithm."),
            ("log2", "(x)", "The logarithm to base 2."),
            ("log1p", "(x)", "log(1 + x), exact near 0."),
            ("sqrt", "(x)", "The square root."),
            ("rsqrt", "(x)", "1 / sqrt(x)."),
            ("pow", "(x, y)", "x to the power of y."),
            ("sin", "(x)", "The sine of x in radians."),
            ("cos", "(x)", "The cosine of x in radians."),
            ("tan", "(x)", "The tangent of x in radians."),
            ("tanh", "(x)", "The hyperbolic tangent."),
            ("sigmoid", "(x)", "1 / (1 + exp(-x))."),
            ("softplus", "(x)", "log(1 + exp(x)), without overflow."),
            ("relu", "(x)", "x where it is above 0, else 0; of the kind of x."),
            ("silu", "(x)", "x * sigmoid(x)."),
            ("erf", "(x)", "The error function."),
            ("floor", "(x)", "The largest whole number that is not above x."),
            ("ceil", "(x)", "The smallest whole number that is not below x."),
            ("round", "(x)", "The nearest whole number; halves go to the even one."),
            ("clamp", "(x, low, high)", "x, but not below low and not above high."),
            ("sign", "(x)", "-1, 0 or 1, of the kind of x."),
            ("isnan", "(x)", "Whether x is not a number."),
            ("fma", "(x, y, z)", "x * y + z, rounded once."),
            ("popcount", "(x)", "How many of the 64 bits of integer x are 1; mask a narrower value first."),
            ("random", "(seed, i, …)", "An f32 in [0, 1) that depends on its integer arguments only, the same on every device.")),
        Reductions(
            ("sum", "[i, j](x)", "The sum over the points where x is defined, in the order of the axes, the last one fastest; over nothing 0."),
            ("prod", "[i, j](x)", "The product over the points where x is defined; over nothing 1."),
            ("max", "[i, j](x)", "The largest value; NaN if any is NaN. Over nothing undefined."),
            ("min", "[i, j](x)", "The smallest value; NaN if any is NaN. Over nothing undefined."),
            ("mean", "[i, j](x)", "The sum over the count of the points where x is defined. Over nothing undefined."),
            ("any", "[i, j](c)", "Whether one of the truth values is true; over nothing false."),
            ("all", "[i, j](c)", "Whether all of the truth values are true; over nothing true."),
            ("argmax", "[j](x)", "The first position of the largest value, the first NaN if any. Over nothing undefined."),
            ("argmin", "[j](x)", "The first position of the smallest value, the first NaN if any. Over nothing undefined."),
            ("logsumexp", "[j](x)", "log(sum[j](exp(x))) without overflow. Over nothing undefined."),
            ("softmax", "[j](x)", "Keeps its axis: the value at the current point, normalised over all points where x is defined."),
            ("log_softmax", "[j](x)", "Keeps its axis: the logarithm of softmax."),
            ("topk", "[j, n](x)", "The n largest values in falling order and their positions; NaN first, ties in order of position. Missing ranks are undefined."),
            ("sort", "[j](x)", "All values in rising order and their positions, stable; NaN last. Missing ranks are undefined.")),
        Formats(
            ("csr", "", "Compressed rows: values[nnz], offsets[rows + 1], indices[nnz] (columns)."),
            ("csc", "", "Compressed columns: values[nnz], offsets[columns + 1], indices[nnz] (rows)."),
            ("coo", "", "Coordinates: values[nnz], indices[2, nnz] (rows, then columns), sorted by row and column."),
            ("ell", "(w)", "w places for each row: values[rows, w], indices[rows, w]; -1 pads."),
            ("bsr", "(r, c)", "Blocks of r by c: values[blocks, r, c], offsets[rows / r + 1], indices[blocks] (block columns)."),
            ("nm", "(n, m)", "n stored of each m along the last axis: values[rows, columns*n/m], indices likewise (the place inside the group)."),
            ("like", " a", "An output with the stored points of sparse parameter a.")),
        Of(NavigationKind.Constant, "", [("inf", "", "Infinity."), ("nan", "", "Not a number."), ("pi", "", "3.14159…, the ratio of a circle's circumference to its diameter.")]),
        Of(NavigationKind.ElementType, "", [
            ("f64", "", "A float of 64 bits; what it meets is computed in f64."),
            ("f32", "", "A float of 32 bits."),
            ("f16", "", "A float of 16 bits (5 of exponent); computed in f32."),
            ("bf16", "", "A float of 16 bits (8 of exponent); computed in f32."),
            ("f8e4m3", "", "A float of 8 bits, the \"fn\" variant without infinities; saturates."),
            ("f8e5m2", "", "A float of 8 bits with 5 of exponent; saturates."),
            ("i64", "", "An integer of 64 bits."),
            ("i32", "", "An integer of 32 bits; computed in 64."),
            ("i16", "", "An integer of 16 bits; computed in 64."),
            ("i8", "", "An integer of 8 bits; computed in 64."),
            ("u8", "", "An integer of 8 bits without sign; computed in 64."),
            ("i4", "", "An integer of 4 bits, packed over the whole tensor, the first in the low bits."),
            ("u4", "", "An integer of 4 bits without sign, packed over the whole tensor, the first in the low bits."),
            ("i2", "", "An integer of 2 bits, packed over the whole tensor, the first in the low bits."),
            ("bool", "", "A truth value."),
            ("int", "", "The type of an integer scalar: i64."),
            ("float", "", "The type of a float scalar: f32.")]),
    }.SelectMany(entries => entries).ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Null for what is not built in.</summary>
    public static BuiltInHelp? Find(NavigationKind kind, string name) => s_help.GetValueOrDefault((kind, name));

    private static IEnumerable<KeyValuePair<(NavigationKind, string), BuiltInHelp>> Functions(params (string, string, string)[] entries) => Of(NavigationKind.BuiltInFunction, "", entries);

    private static IEnumerable<KeyValuePair<(NavigationKind, string), BuiltInHelp>> Reductions(params (string, string, string)[] entries) => Of(NavigationKind.Reduction, "", entries);

    private static IEnumerable<KeyValuePair<(NavigationKind, string), BuiltInHelp>> Formats(params (string, string, string)[] entries) => Of(NavigationKind.Format, "format ", entries);

    private static IEnumerable<KeyValuePair<(NavigationKind, string), BuiltInHelp>> Of(NavigationKind kind, string prefix, (string Name, string Form, string Text)[] entries)
        => entries.Select(entry => KeyValuePair.Create((kind, entry.Name), new BuiltInHelp(prefix + entry.Name + entry.Form, entry.Text)));
}
