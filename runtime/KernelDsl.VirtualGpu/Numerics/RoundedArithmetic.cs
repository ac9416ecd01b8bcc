using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>Addition, multiplication and fused multiply-add in one direction of rounding.</summary>
internal interface IRounded
{
    static abstract float Add(float a, float b);

    static abstract float Multiply(float a, float b);

    static abstract float MultiplyAdd(float a, float b, float c);

    static abstract double Add(double a, double b);

    static abstract double Multiply(double a, double b);

    static abstract double MultiplyAdd(double a, double b, double c);
}

internal readonly struct ToNearest : IRounded
{
    public static float Add(float a, float b) => a + b;

    public static float Multiply(float a, float b) => a * b;

    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static double Add(double a, double b) => a + b;

    public static double Multiply(double a, double b) => a * b;

    public static double MultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
}

/// <summary>A direction; with AVX-512 the machine rounds so, else exact arithmetic does.</summary>
internal interface IDirection
{
    static abstract Rounding Mode { get; }

    static abstract Vector128<float> Add(Vector128<float> a, Vector128<float> b);

    static abstract Vector128<float> Multiply(Vector128<float> a, Vector128<float> b);

    static abstract Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c);

    static abstract Vector128<double> Add(Vector128<double> a, Vector128<double> b);

    static abstract Vector128<double> Multiply(Vector128<double> a, Vector128<double> b);

    static abstract Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c);
}

internal readonly struct Directed<T> : IRounded
    where T : struct, IDirection
{
    public static float Add(float a, float b)
        => Avx512F.IsSupported ? T.Add(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar() : Exact(a, 1, b);

    public static float Multiply(float a, float b)
        => Avx512F.IsSupported ? T.Multiply(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar() : Exact(a, b, ZeroFor(a, b));

    public static float MultiplyAdd(float a, float b, float c)
        => Avx512F.IsSupported
            ? T.MultiplyAdd(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b), Vector128.CreateScalarUnsafe(c)).ToScalar()
            : Exact(a, b, c);

    public static double Add(double a, double b)
        => Avx512F.IsSupported ? T.Add(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar() : Exact(a, 1, b);

    public static double Multiply(double a, double b)
        => Avx512F.IsSupported ? T.Multiply(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar() : Exact(a, b, ZeroFor((float)a, (float)b));

    public static double MultiplyAdd(double a, double b, double c)
        => Avx512F.IsSupported
            ? T.MultiplyAdd(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b), Vector128.CreateScalarUnsafe(c)).ToScalar()
            : Exact(a, b, c);

    // A zero with the sign of the product does not change it.
    private static float ZeroFor(float a, float b) => float.IsNegative(a) != float.IsNegative(b) ? -0f : 0f;

    private static float Exact(float a, float b, float c) => BitConverter.UInt32BitsToSingle((uint)SoftFloat.MultiplyAdd(
        BitConverter.SingleToUInt32Bits(a), BitConverter.SingleToUInt32Bits(b), BitConverter.SingleToUInt32Bits(c), FloatLayout.Single, T.Mode));

    private static double Exact(double a, double b, double c) => BitConverter.UInt64BitsToDouble(SoftFloat.MultiplyAdd(
        BitConverter.DoubleToUInt64Bits(a), BitConverter.DoubleToUInt64Bits(b), BitConverter.DoubleToUInt64Bits(c), FloatLayout.Double, T.Mode));
}
