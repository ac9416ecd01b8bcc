using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelDsl.VirtualGpu.Numerics;

internal readonly struct TowardZero : IDirection
{
    public static Rounding Mode => Rounding.Zero;

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToZero);

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToZero);

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToZero);

    public static Vector128<double> Add(Vector128<double> a, Vector128<double> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToZero);

    public static Vector128<double> Multiply(Vector128<double> a, Vector128<double> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToZero);

    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToZero);
}

internal readonly struct Downward : IDirection
{
    public static Rounding Mode => Rounding.Down;

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToNegativeInfinity);

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToNegativeInfinity);

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToNegativeInfinity);

    public static Vector128<double> Add(Vector128<double> a, Vector128<double> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToNegativeInfinity);

    public static Vector128<double> Multiply(Vector128<double> a, Vector128<double> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToNegativeInfinity);

    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToNegativeInfinity);
}

internal readonly struct Upward : IDirection
{
    public static Rounding Mode => Rounding.Up;

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToPositiveInfinity);

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToPositiveInfinity);

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToPositiveInfinity);

    public static Vector128<double> Add(Vector128<double> a, Vector128<double> b) => Avx512F.AddScalar(a, b, FloatRoundingMode.ToPositiveInfinity);

    public static Vector128<double> Multiply(Vector128<double> a, Vector128<double> b) => Avx512F.MultiplyScalar(a, b, FloatRoundingMode.ToPositiveInfinity);

    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Avx512F.FusedMultiplyAddScalar(a, b, c, FloatRoundingMode.ToPositiveInfinity);
}
