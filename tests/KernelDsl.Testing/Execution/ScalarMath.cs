using System.Numerics;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Testing.Execution;

/// <summary>
/// The operations of loop programs, written for obviousness and apart from the runtime's: integers by BigInteger, F32 in binary64 and rounded,
/// which for the four operations and the square root gives the correctly rounded result.
/// </summary>
internal static class ScalarMath
{
    public static Scalar Apply(BinaryOperation operation, Scalar a, Scalar b) => a.Type switch
    {
        ScalarType.Bool => Scalar.Of(Truths(operation, a.Truth, b.Truth)),
        ScalarType.I64 => Integers(operation, a.Integer, b.Integer),
        _ => Floats(operation, a, b),
    };

    public static Scalar Apply(UnaryOperation operation, Scalar a) => (operation, a.Type) switch
    {
        (UnaryOperation.Negate, ScalarType.I64) => Scalar.Of(Wrap(-(BigInteger)a.Integer)),
        (UnaryOperation.Negate, _) => Scalar.Of(a.Type, -a.Number),
        (_, ScalarType.Bool) => Scalar.Of(!a.Truth),
        _ => Scalar.Of(~a.Integer),
    };

    public static Scalar Convert(ScalarType type, Scalar a) => type switch
    {
        ScalarType.Bool => Scalar.Of(a.IsFloat ? a.Number != 0 : a.Integer != 0),
        ScalarType.I64 when a.IsFloat => Scalar.Of(
            double.IsNaN(a.Number) ? 0 : (long)BigInteger.Max(long.MinValue, BigInteger.Min(long.MaxValue, (BigInteger)Math.Clamp(a.Number, -1e30, 1e30)))),
        ScalarType.I64 => Scalar.Of(a.Integer),
        _ when a.IsFloat => Scalar.Of(type, a.Number),
        ScalarType.F32 => new Scalar(type, 0, (float)a.Integer),
        _ => Scalar.Of(type, a.Integer),
    };

    public static Scalar Call(MathFunction function, ImmutableArray<Scalar> v)
    {
        if (function == MathFunction.Random)
        {
            return Random(v);
        }

        if (v[0].Type == ScalarType.I64)
        {
            return Scalar.Of(function switch
            {
                MathFunction.Abs => Wrap(BigInteger.Abs(v[0].Integer)),
                MathFunction.Sign => ((BigInteger)v[0].Integer).Sign,
                MathFunction.Popcount => Enumerable.Range(0, 64).Count(i => ((v[0].Integer >> i) & 1) != 0),
                _ => throw new NotSupportedException(function.ToString()),
            });
        }

        if (function == MathFunction.IsNan)
        {
            return Scalar.Of(double.IsNaN(v[0].Number));
        }

        // An F32 of the square root's reciprocal is rounded twice, as both back ends do.
        var x = v[0].Number;
        return Scalar.Of(v[0].Type, function switch
        {
            MathFunction.Abs => Math.Abs(x),
            MathFunction.Sign => x > 0 ? 1 : x < 0 ? -1 : x,
            MathFunction.Exp => Math.Exp(x),
            MathFunction.Exp2 => Math.Pow(2, x),
            MathFunction.Expm1 => Math.Abs(x) < 0.5 ? Series(x) : Math.Exp(x) - 1,
            MathFunction.Log => Math.Log(x),
            MathFunction.Log2 => Math.Log2(x),
            MathFunction.Log1p => Log1p(x),
            MathFunction.Sqrt => Math.Sqrt(x),
            MathFunction.Rsqrt => 1 / Scalar.Of(v[0].Type, Math.Sqrt(x)).Number,
            MathFunction.Pow => Math.Pow(x, v[1].Number),
            MathFunction.Sin => Math.Sin(x),
            MathFunction.Cos => Math.Cos(x),
            MathFunction.Tan => Math.Tan(x),
            MathFunction.Tanh => Math.Tanh(x),
            MathFunction.Sigmoid => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
            MathFunction.Softplus => x > 40 ? x : Log1p(Math.Exp(x)),
            MathFunction.Erf => Erf(x),
            MathFunction.Floor => Math.Floor(x),
            MathFunction.Ceil => Math.Ceiling(x),
            MathFunction.Round => Math.Round(x, MidpointRounding.ToEven),
            MathFunction.Fma => v[0].Type == ScalarType.F32
                ? MathF.FusedMultiplyAdd((float)x, (float)v[1].Number, (float)v[2].Number)
                : Math.FusedMultiplyAdd(x, v[1].Number, v[2].Number),
            _ => throw new NotSupportedException(function.ToString()),
        });
    }

    // Log(1 + x) = 2 artanh(x / (2 + x)), by its series, which keeps tiny x.
    private static double Log1p(double x)
    {
        if (!(Math.Abs(x) < 0.5))
        {
            return Math.Log(1 + x);
        }

        var z = x / (2 + x);
        var (power, sum) = (z, z);
        for (var n = 3; n < 60; n += 2)
        {
            power *= z * z;
            sum += power / n;
        }

        return x == 0 ? x : 2 * sum;
    }

    // Terms of one sign: erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!.
    private static double Erf(double x)
    {
        if (!(Math.Abs(x) < 6.5))
        {
            return double.IsNaN(x) ? x : Math.CopySign(1, x);
        }

        var (term, sum) = (x, x);
        for (var n = 1; n < 300; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 2; n < 30; n++)
        {
            term *= x / n;
            sum += term;
        }

        return sum;
    }

    private static Scalar Random(ImmutableArray<Scalar> v)
    {
        var modulus = BigInteger.One << 64;
        var golden = (BigInteger)0x9E3779B97F4A7C15;
        var state = v.Skip(1).Aggregate(Mix(Unsigned(v[0].Integer) + golden), (h, counter) => Mix((h ^ Unsigned(counter.Integer)) + golden));
        return Scalar.Of(ScalarType.F32, (double)(state >> 40) / 16777216);

        BigInteger Unsigned(long x) => (ulong)x;

        BigInteger Mix(BigInteger z)
        {
            z %= modulus;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % modulus;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB % modulus;
            return z ^ (z >> 31);
        }
    }

    private static bool Truths(BinaryOperation operation, bool a, bool b) => operation switch
    {
        BinaryOperation.Equal => a == b,
        BinaryOperation.NotEqual or BinaryOperation.BitXor => a != b,
        BinaryOperation.And or BinaryOperation.BitAnd or BinaryOperation.Minimum => a && b,
        BinaryOperation.Or or BinaryOperation.BitOr or BinaryOperation.Maximum => a || b,
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private static Scalar Integers(BinaryOperation operation, long a, long b) => operation switch
    {
        BinaryOperation.Add => Scalar.Of(Wrap((BigInteger)a + b)),
        BinaryOperation.Subtract => Scalar.Of(Wrap((BigInteger)a - b)),
        BinaryOperation.Multiply => Scalar.Of(Wrap((BigInteger)a * b)),
        BinaryOperation.Divide => Scalar.Of(b == 0 ? 0 : Wrap(Floor(a, b))),
        BinaryOperation.Remainder => Scalar.Of(b == 0 ? 0 : Wrap(a - (Floor(a, b) * b))),
        BinaryOperation.Minimum => Scalar.Of(a < b ? a : b),
        BinaryOperation.Maximum => Scalar.Of(a > b ? a : b),
        BinaryOperation.BitAnd => Scalar.Of(a & b),
        BinaryOperation.BitOr => Scalar.Of(a | b),
        BinaryOperation.BitXor => Scalar.Of(a ^ b),
        BinaryOperation.ShiftLeft => Scalar.Of(Wrap((BigInteger)a << (int)(((b % 64) + 64) % 64))),
        BinaryOperation.ShiftRight => Scalar.Of((long)((BigInteger)a >> (int)(((b % 64) + 64) % 64))),
        _ => Scalar.Of(Compare(operation, a < b, a == b, a > b)),
    };

    private static Scalar Floats(BinaryOperation operation, Scalar left, Scalar right)
    {
        var (a, b) = (left.Number, right.Number);
        var type = left.Type;
        return operation switch
        {
            BinaryOperation.Add => Scalar.Of(type, a + b),
            BinaryOperation.Subtract => Scalar.Of(type, a - b),
            BinaryOperation.Multiply => Scalar.Of(type, a * b),
            BinaryOperation.Divide => Scalar.Of(type, a / b),
            BinaryOperation.Remainder => Scalar.Of(type, a - Scalar.Of(type, b * Math.Floor(Scalar.Of(type, a / b).Number)).Number),
            BinaryOperation.Minimum => Scalar.Of(type, double.IsNaN(a) || double.IsNaN(b) ? double.NaN : b < a || (a == b && double.IsNegative(b)) ? b : a),
            BinaryOperation.Maximum => Scalar.Of(type, double.IsNaN(a) || double.IsNaN(b) ? double.NaN : b > a || (a == b && double.IsPositive(b)) ? b : a),
            _ => Scalar.Of(Compare(operation, a < b, a == b, a > b)),
        };
    }

    // Of NaN neither less, equal nor greater holds, and so NotEqual does.
    private static bool Compare(BinaryOperation operation, bool isLess, bool isEqual, bool isGreater) => operation switch
    {
        BinaryOperation.Equal => isEqual,
        BinaryOperation.NotEqual => !isEqual,
        BinaryOperation.Less => isLess,
        BinaryOperation.LessOrEqual => isLess || isEqual,
        BinaryOperation.Greater => isGreater,
        BinaryOperation.GreaterOrEqual => isGreater || isEqual,
        _ => throw new NotSupportedException(operation.ToString()),
    };

    private static BigInteger Floor(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var rest);
        return rest != 0 && rest < 0 != b < 0 ? quotient - 1 : quotient;
    }

    private static long Wrap(BigInteger value) => (long)(ulong)(value & ulong.MaxValue);
}
