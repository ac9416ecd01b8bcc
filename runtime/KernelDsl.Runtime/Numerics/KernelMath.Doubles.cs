namespace KernelDsl.Runtime.Numerics;

public static partial class KernelMath
{
    /// <summary>The smaller number; NaN when either is.</summary>
    public static double Minimum(double a, double b) => Math.Min(a, b);

    /// <summary>The larger number; NaN when either is.</summary>
    public static double Maximum(double a, double b) => Math.Max(a, b);

    /// <summary><c>a - b * floor(a / b)</c>, each operation rounded.</summary>
    public static double Remainder(double a, double b) => a - (b * Math.Floor(a / b));

    /// <summary>The size.</summary>
    public static double Abs(double x) => Math.Abs(x);

    /// <summary>-1 or 1; zeros and NaN stay as they are.</summary>
    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

    /// <summary>e to the power of x.</summary>
    public static double Exp(double x) => Math.Exp(x);

    /// <summary>2 to the power of x.</summary>
    public static double Exp2(double x) => Math.Pow(2, x);

    /// <summary>
    /// <c>exp(x) - 1</c>, accurate near 0: the rounding errors of the exponential and of its logarithm cancel (Kahan; Higham, Accuracy and
    /// Stability of Numerical Algorithms, 1.14.1).
    /// </summary>
    public static double Expm1(double x)
    {
        var power = Math.Exp(x);
        if (power == 1)
        {
            return x;
        }

        var difference = power - 1;
        return Math.Abs(x) < 1 ? difference * x / Math.Log(power) : difference;
    }

    /// <summary><c>log(1 + x)</c>, accurate near 0, by the same cancellation.</summary>
    public static double Log1p(double x)
    {
        var sum = 1 + x;
        if (sum == 1)
        {
            return x;
        }

        return Math.Abs(x) < 1 ? Math.Log(sum) * x / (sum - 1) : Math.Log(sum);
    }

    /// <summary>The natural logarithm.</summary>
    public static double Log(double x) => Math.Log(x);

    /// <summary>The logarithm to base 2.</summary>
    public static double Log2(double x) => Math.Log2(x);

    /// <summary>The square root.</summary>
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary><c>1 / sqrt(x)</c>, each operation rounded.</summary>
    public static double Rsqrt(double x) => 1 / Math.Sqrt(x);

    /// <summary>x to the power of y.</summary>
    public static double Pow(double x, double y) => Math.Pow(x, y);

    /// <summary>The sine of radians.</summary>
    public static double Sin(double x) => Math.Sin(x);

    /// <summary>The cosine of radians.</summary>
    public static double Cos(double x) => Math.Cos(x);

    /// <summary>The tangent of radians.</summary>
    public static double Tan(double x) => Math.Tan(x);

    /// <summary>The hyperbolic tangent.</summary>
    public static double Tanh(double x) => Math.Tanh(x);

    /// <summary><c>1 / (1 + exp(-x))</c>, from the side where the exponential is at most 1.</summary>
    public static double Sigmoid(double x)
    {
        var power = Math.Exp(-Math.Abs(x));
        return x < 0 ? power / (1 + power) : 1 / (1 + power);
    }

    /// <summary><c>log(1 + exp(x))</c> without overflow.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>The error function.</summary>
    public static double Erf(double x) => ErrorFunction.Evaluate(x);

    /// <summary>The largest integer that is not above x.</summary>
    public static double Floor(double x) => Math.Floor(x);

    /// <summary>The smallest integer that is not below x.</summary>
    public static double Ceil(double x) => Math.Ceiling(x);

    /// <summary>The nearest integer, halves to even.</summary>
    public static double Round(double x) => Math.Round(x, MidpointRounding.ToEven);

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    public static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    /// <summary>Whether x is NaN.</summary>
    public static bool IsNan(double x) => double.IsNaN(x);
}
