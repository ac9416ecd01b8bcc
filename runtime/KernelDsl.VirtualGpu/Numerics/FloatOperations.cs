using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelDsl.VirtualGpu.Numerics;

/// <summary>Rules of f32 that GPUs have and hosts have not: one NaN, flushing of subnormals, saturation.</summary>
internal static class Single32
{
    public static readonly float NaN = BitConverter.UInt32BitsToSingle(0x7fffffff);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Canonical(float a) => float.IsNaN(a) ? NaN : a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Flush(float a)
    {
        var bits = BitConverter.SingleToUInt32Bits(a);
        return (bits & 0x7f800000) == 0 ? BitConverter.UInt32BitsToSingle(bits & 0x80000000) : a;
    }

    /// <summary>Into [0, 1]; NaN becomes +0.</summary>
    public static float Saturate(float a) => a >= 1 ? 1 : a > 0 ? a : 0;

    public static float Minimum(float a, float b)
        => float.IsNaN(a) ? Canonical(b) : float.IsNaN(b) ? a : a < b ? a : b < a ? b : float.IsNegative(a) ? a : b;

    public static float Maximum(float a, float b)
        => float.IsNaN(a) ? Canonical(b) : float.IsNaN(b) ? a : a > b ? a : b > a ? b : float.IsNegative(a) ? b : a;
}

internal readonly struct AddF32<TMode> : IBinary<float, float, float>
    where TMode : struct, IRounded
{
    public static float Apply(float a, float b) => Single32.Canonical(TMode.Add(a, b));
}

internal readonly struct SubtractF32<TMode> : IBinary<float, float, float>
    where TMode : struct, IRounded
{
    public static float Apply(float a, float b) => Single32.Canonical(TMode.Add(a, -b));
}

internal readonly struct MultiplyF32<TMode> : IBinary<float, float, float>
    where TMode : struct, IRounded
{
    public static float Apply(float a, float b) => Single32.Canonical(TMode.Multiply(a, b));
}

internal readonly struct MultiplyAddF32<TMode> : ITernary<float, float, float, float>
    where TMode : struct, IRounded
{
    public static float Apply(float a, float b, float c) => Single32.Canonical(TMode.MultiplyAdd(a, b, c));
}

/// <summary>The plain forms, all lanes at once.</summary>
internal readonly struct AddF32Vector : IVectorBinary<float>
{
    public static float Apply(float a, float b) => Single32.Canonical(a + b);

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => VectorNaN.Canonical(a + b);
}

internal readonly struct SubtractF32Vector : IVectorBinary<float>
{
    public static float Apply(float a, float b) => Single32.Canonical(a - b);

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => VectorNaN.Canonical(a - b);
}

internal readonly struct MultiplyF32Vector : IVectorBinary<float>
{
    public static float Apply(float a, float b) => Single32.Canonical(a * b);

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => VectorNaN.Canonical(a * b);
}

internal readonly struct MultiplyAddF32Vector : IVectorTernary<float>
{
    public static float Apply(float a, float b, float c) => Single32.Canonical(MathF.FusedMultiplyAdd(a, b, c));

    public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b, Vector512<float> c) => VectorNaN.Canonical(Vector512.FusedMultiplyAdd(a, b, c));
}

internal static class VectorNaN
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Canonical(Vector512<float> a)
        => Vector512.ConditionalSelect(Vector512.Equals(a, a), a, Vector512.Create(0x7fffffffu).AsSingle());
}

/// <summary>Flushes inputs and result.</summary>
internal readonly struct Flushed<TOp> : IBinary<float, float, float>
    where TOp : struct, IBinary<float, float, float>
{
    public static float Apply(float a, float b) => Single32.Flush(TOp.Apply(Single32.Flush(a), Single32.Flush(b)));
}

internal readonly struct Saturated<TOp> : IBinary<float, float, float>
    where TOp : struct, IBinary<float, float, float>
{
    public static float Apply(float a, float b) => Single32.Saturate(TOp.Apply(a, b));
}

internal readonly struct Flushed3<TOp> : ITernary<float, float, float, float>
    where TOp : struct, ITernary<float, float, float, float>
{
    public static float Apply(float a, float b, float c) => Single32.Flush(TOp.Apply(Single32.Flush(a), Single32.Flush(b), Single32.Flush(c)));
}

internal readonly struct Saturated3<TOp> : ITernary<float, float, float, float>
    where TOp : struct, ITernary<float, float, float, float>
{
    public static float Apply(float a, float b, float c) => Single32.Saturate(TOp.Apply(a, b, c));
}

internal readonly struct Flushed1<TOp> : IUnary<float, float>
    where TOp : struct, IUnary<float, float>
{
    public static float Apply(float a) => Single32.Flush(TOp.Apply(Single32.Flush(a)));
}

internal readonly struct MinimumF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b) => Single32.Minimum(a, b);
}

internal readonly struct MaximumF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b) => Single32.Maximum(a, b);
}

internal readonly struct MinimumNaNF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b) => float.IsNaN(a) || float.IsNaN(b) ? Single32.NaN : Single32.Minimum(a, b);
}

internal readonly struct MaximumNaNF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b) => float.IsNaN(a) || float.IsNaN(b) ? Single32.NaN : Single32.Maximum(a, b);
}

/// <summary>The sign is that of the product of the signs.</summary>
internal readonly struct MinimumXorSignF32<TOp> : IBinary<float, float, float>
    where TOp : struct, IBinary<float, float, float>
{
    public static float Apply(float a, float b)
    {
        var sign = (BitConverter.SingleToUInt32Bits(a) ^ BitConverter.SingleToUInt32Bits(b)) & 0x80000000;
        var magnitude = TOp.Apply(MathF.Abs(a), MathF.Abs(b));
        return float.IsNaN(magnitude) ? magnitude : BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(magnitude) & 0x7fffffff) | sign);
    }
}

internal readonly struct DivideF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b) => Single32.Canonical(a / b);
}

internal readonly struct AbsF32 : IUnary<float, float>
{
    public static float Apply(float a) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(a) & 0x7fffffff);
}

internal readonly struct NegF32 : IUnary<float, float>
{
    public static float Apply(float a) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(a) ^ 0x80000000);
}

internal readonly struct SqrtF32 : IUnary<float, float>
{
    public static float Apply(float a) => Single32.Canonical(MathF.Sqrt(a));
}

internal readonly struct ReciprocalF32 : IUnary<float, float>
{
    public static float Apply(float a) => Single32.Canonical(1 / a);
}

internal readonly struct CopySignF32 : IBinary<float, float, float>
{
    public static float Apply(float a, float b)
        => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(a) & 0x80000000) | (BitConverter.SingleToUInt32Bits(b) & 0x7fffffff));
}

internal readonly struct AddF64<TMode> : IBinary<double, double, double>
    where TMode : struct, IRounded
{
    public static double Apply(double a, double b) => TMode.Add(a, b);
}

internal readonly struct SubtractF64<TMode> : IBinary<double, double, double>
    where TMode : struct, IRounded
{
    public static double Apply(double a, double b) => TMode.Add(a, -b);
}

internal readonly struct MultiplyF64<TMode> : IBinary<double, double, double>
    where TMode : struct, IRounded
{
    public static double Apply(double a, double b) => TMode.Multiply(a, b);
}

internal readonly struct MultiplyAddF64<TMode> : ITernary<double, double, double, double>
    where TMode : struct, IRounded
{
    public static double Apply(double a, double b, double c) => TMode.MultiplyAdd(a, b, c);
}

internal readonly struct DivideF64 : IBinary<double, double, double>
{
    public static double Apply(double a, double b) => a / b;
}

internal readonly struct MinimumF64 : IBinary<double, double, double>
{
    public static double Apply(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Min(a, b);
}

internal readonly struct MaximumF64 : IBinary<double, double, double>
{
    public static double Apply(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Max(a, b);
}

internal readonly struct AbsF64 : IUnary<double, double>
{
    public static double Apply(double a) => Math.Abs(a);
}

internal readonly struct NegF64 : IUnary<double, double>
{
    public static double Apply(double a) => -a;
}

internal readonly struct SqrtF64 : IUnary<double, double>
{
    public static double Apply(double a) => Math.Sqrt(a);
}

internal readonly struct ReciprocalF64 : IUnary<double, double>
{
    public static double Apply(double a) => 1 / a;
}

/// <summary>20 bits of the reciprocal; the low word is zero, subnormals are flushed.</summary>
internal readonly struct ReciprocalApproximateF64 : IUnary<double, double>
{
    public static double Apply(double a) => High(1 / Flush(a));

    public static double Flush(double a) => Math.Abs(a) < 2.2250738585072014E-308 ? Math.CopySign(0, a) : a;

    public static double High(double a) => BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(Flush(a)) & 0xffffffff00000000);
}

internal readonly struct ReciprocalRootApproximateF64 : IUnary<double, double>
{
    public static double Apply(double a) => ReciprocalApproximateF64.High(1 / Math.Sqrt(ReciprocalApproximateF64.Flush(a)));
}

internal readonly struct CopySignF64 : IBinary<double, double, double>
{
    public static double Apply(double a, double b) => Math.CopySign(b, a);
}
