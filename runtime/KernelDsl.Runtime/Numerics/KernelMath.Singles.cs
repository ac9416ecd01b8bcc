namespace KernelDsl.Runtime.Numerics;

public static partial class KernelMath
{
    /// <summary>The smaller number; NaN when either is.</summary>
    public static float Minimum(float a, float b) => MathF.Min(a, b);

    /// <summary>The larger number; NaN when either is.</summary>
    public static float Maximum(float a, float b) => MathF.Max(a, b);

    /// <summary><c>a - b * floor(a / b)</c>, each operation rounded.</summary>
    public static float Remainder(float a, float b) => a - (b * MathF.Floor(a / b));

    /// <summary>The size.</summary>
    public static float Abs(float x) => MathF.Abs(x);

    /// <summary>-1 or 1; zeros and NaN stay as they are.</summary>
    public static float Sign(float x) => x > 0 ? 1 : x < 0 ? -1 : x;

    /// <summary>e to the power of x.</summary>
    public static float Exp(float x) => MathF.Exp(x);

    /// <summary>2 to the power of x.</summary>
    public static float Exp2(float x) => MathF.Pow(2, x);

    /// <summary><c>exp(x) - 1</c>, accurate near 0.</summary>
    public static float Expm1(float x) => (float)Expm1((double)x);

    /// <summary><c>log(1 + x)</c>, accurate near 0.</summary>
    public static float Log1p(float x) => (float)Log1p((double)x);

    /// <summary>The natural logarithm.</summary>
    public static float Log(float x) => MathF.Log(x);

    /// <summary>The logarithm to base 2.</summary>
    public static float Log2(float x) => MathF.Log2(x);

    /// <summary>The square root.</summary>
    public static float Sqrt(float x) => MathF.Sqrt(x);

    /// <summary><c>1 / sqrt(x)</c>, each operation rounded.</summary>
    public static float Rsqrt(float x) => 1 / MathF.Sqrt(x);

    /// <summary>x to the power of y.</summary>
    public static float Pow(float x, float y) => MathF.Pow(x, y);

    /// <summary>The sine of radians.</summary>
    public static float Sin(float x) => MathF.Sin(x);

    /// <summary>The cosine of radians.</summary>
    public static float Cos(float x) => MathF.Cos(x);

    /// <summary>The tangent of radians.</summary>
    public static float Tan(float x) => MathF.Tan(x);

    /// <summary>The hyperbolic tangent.</summary>
    public static float Tanh(float x) => MathF.Tanh(x);

    /// <summary><c>1 / (1 + exp(-x))</c>, from the side where the exponential is at most 1.</summary>
    public static float Sigmoid(float x)
    {
        var power = MathF.Exp(-MathF.Abs(x));
        return x < 0 ? power / (1 + power) : 1 / (1 + power);
    }

    /// <summary><c>log(1 + exp(x))</c> without overflow.</summary>
    public static float Softplus(float x) => MathF.Max(x, 0) + Log1p(MathF.Exp(-MathF.Abs(x)));

    /// <summary>The error function.</summary>
    public static float Erf(float x) => (float)ErrorFunction.Evaluate(x);

    /// <summary>The largest integer that is not above x.</summary>
    public static float Floor(float x) => MathF.Floor(x);

    /// <summary>The smallest integer that is not below x.</summary>
    public static float Ceil(float x) => MathF.Ceiling(x);

    /// <summary>The nearest integer, halves to even.</summary>
    public static float Round(float x) => MathF.Round(x, MidpointRounding.ToEven);

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>Whether x is NaN.</summary>
    public static bool IsNan(float x) => float.IsNaN(x);
}
