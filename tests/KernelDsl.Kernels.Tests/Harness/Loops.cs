namespace KernelDsl.Kernels.Tests.Harness;

internal static class Loops
{
    /// <summary>Calls the body with every index of a shape, in row-major order.</summary>
    public static void Over(ImmutableArray<long> shape, Action<int[]> body)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        for (long i = 0; i < count; i++)
        {
            var at = new int[shape.Length];
            var rest = i;
            for (var k = shape.Length - 1; k >= 0; k--)
            {
                at[k] = (int)(rest % shape[k]);
                rest /= shape[k];
            }

            body(at);
        }
    }

    public static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The error function to about 1e-16, by its series or the continued fraction of its complement (Abramowitz and Stegun 7.1.6, 7.1.14).</summary>
    public static double Erf(double x)
    {
        var size = Math.Abs(x);
        if (size > 6)
        {
            return Math.Sign(x);
        }

        if (size < 3)
        {
            var (term, sum) = (size, size);
            for (var n = 1; n < 120; n++)
            {
                term *= 2 * size * size / ((2 * n) + 1);
                sum += term;
            }

            return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * Math.Exp(-size * size) * sum;
        }

        var fraction = 0.0;
        for (var n = 120; n > 0; n--)
        {
            fraction = n / 2.0 / (size + fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-size * size) / Math.Sqrt(Math.PI) / (size + fraction)));
    }
}
