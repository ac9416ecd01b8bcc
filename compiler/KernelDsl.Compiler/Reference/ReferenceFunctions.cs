using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>The built-in functions in f64.</summary>
internal static class ReferenceFunctions
{
    public static Number OfIntegers(BuiltInFunction function, long[] x) => function switch
    {
        BuiltInFunction.Abs => Number.Of(x[0] < 0 ? unchecked(-x[0]) : x[0]),
        BuiltInFunction.Min => Number.Of(x.Min()),
        BuiltInFunction.Max => Number.Of(x.Max()),
        BuiltInFunction.Relu => Number.Of(Math.Max(x[0], 0)),
        BuiltInFunction.Clamp => Number.Of(Math.Min(Math.Max(x[0], x[1]), x[2])),
        BuiltInFunction.Sign => Number.Of((long)Math.Sign(x[0])),
        BuiltInFunction.Popcount => Number.Of(Popcount(x[0])),
        BuiltInFunction.Random => Number.Of(Random(x)),
        _ => throw new InvalidOperationException("not a function of integers: " + function),
    };

    public static Number OfFloats(BuiltInFunction function, double[] x) => function == BuiltInFunction.IsNan ? Number.Of(double.IsNaN(x[0])) : Number.Of(function switch
    {
        BuiltInFunction.Abs => Math.Abs(x[0]),
        BuiltInFunction.Min => x.Aggregate(Minimum),
        BuiltInFunction.Max => x.Aggregate(Maximum),
        BuiltInFunction.Exp => Math.Exp(x[0]),
        BuiltInFunction.Exp2 => Math.Pow(2, x[0]),
        BuiltInFunction.Expm1 => Expm1(x[0]),
        BuiltInFunction.Log => Math.Log(x[0]),
        BuiltInFunction.Log2 => Log2(x[0]),
        BuiltInFunction.Log1p => Log1p(x[0]),
        BuiltInFunction.Sqrt => Math.Sqrt(x[0]),
        BuiltInFunction.Rsqrt => 1 / Math.Sqrt(x[0]),
        BuiltInFunction.Pow => Math.Pow(x[0], x[1]),
        BuiltInFunction.Sin => Math.Sin(x[0]),
        BuiltInFunction.Cos => Math.Cos(x[0]),
        BuiltInFunction.Tan => Math.Tan(x[0]),
        BuiltInFunction.Tanh => Math.Tanh(x[0]),
        BuiltInFunction.Sigmoid => 1 / (1 + Math.Exp(-x[0])),
        BuiltInFunction.Softplus => Maximum(x[0], 0) + Log1p(Math.Exp(-Math.Abs(x[0]))),
        BuiltInFunction.Relu => Maximum(x[0], 0),
        BuiltInFunction.Silu => x[0] / (1 + Math.Exp(-x[0])),
        BuiltInFunction.Erf => ErrorFunction.Of(x[0]),
        BuiltInFunction.Floor => Math.Floor(x[0]),
        BuiltInFunction.Ceil => Math.Ceiling(x[0]),
        BuiltInFunction.Round => Math.Round(x[0], MidpointRounding.ToEven),
        BuiltInFunction.Clamp => Minimum(Maximum(x[0], x[1]), x[2]),
        BuiltInFunction.Sign => double.IsNaN(x[0]) ? x[0] : Math.Sign(x[0]),
        BuiltInFunction.Fma => (x[0] * x[1]) + x[2],
        _ => throw new InvalidOperationException("not a function of floats: " + function),
    });

    public static double Maximum(double a, double b) => a > b || double.IsNaN(a) ? a : b;

    public static double Minimum(double a, double b) => a < b || double.IsNaN(a) ? a : b;

    /// <summary>Kahan's form: exact where <c>exp(x)</c> rounds to 1 and accurate around it.</summary>
    private static double Expm1(double x)
    {
        if (Math.Abs(x) > 0.5)
        {
            return Math.Exp(x) - 1;
        }

        var u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 ? -1 : (u - 1) * x / Math.Log(u);
    }

    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }

    private static double Log2(double x)
    {
        var rounded = Math.Round(Math.Log(x) / Math.Log(2));
        return Math.Abs(rounded) < 1000 && Math.Pow(2, rounded) == x ? rounded : Math.Log(x) / Math.Log(2);
    }

    private static long Popcount(long value)
    {
        long count = 0;
        for (var rest = unchecked((ulong)value); rest != 0; rest &= rest - 1)
        {
            count++;
        }

        return count;
    }

    private static double Random(long[] counters)
    {
        unchecked
        {
            var hash = 0UL;
            foreach (var counter in counters)
            {
                hash = Mix((hash ^ (ulong)counter) + 0x9E3779B97F4A7C15UL);
            }

            return (hash >> 40) * (1.0 / (1 << 24));
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}

/// <summary>The error function, by its series near 0 and a continued fraction of its complement elsewhere.</summary>
internal static class ErrorFunction
{
    public static double Of(double x)
    {
        var magnitude = Math.Abs(x);
        if (double.IsNaN(x) || magnitude == 0)
        {
            return x;
        }

        var value = magnitude > 6 ? 1 : magnitude < 2.5 ? Series(magnitude) : 1 - Complement(magnitude);
        return x < 0 ? -value : value;
    }

    /// <summary><c>erf(x) = 2/sqrt(pi) · exp(-x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))</c>: all terms are positive, so nothing cancels.</summary>
    private static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 200 && term > sum * 1e-18; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary><c>erfc(x) = exp(-x²)/sqrt(pi) · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …))))</c></summary>
    private static double Complement(double x)
    {
        var fraction = x;
        for (var k = 120; k >= 1; k--)
        {
            fraction = x + (k / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
