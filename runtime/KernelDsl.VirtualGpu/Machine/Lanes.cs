using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelDsl.VirtualGpu.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Applies an operation to the active lanes of a warp; all lanes at once where the operation has a vector form.</summary>
internal static unsafe class Lanes
{
    private const MethodImplOptions Fast = MethodImplOptions.AggressiveOptimization;

    [MethodImpl(Fast)]
    public static void Unary<TA, TD, TOp>(Warp warp, Instruction i, uint mask)
        where TA : unmanaged
        where TD : unmanaged
        where TOp : struct, IUnary<TA, TD>
    {
        var a = (TA*)(warp.R + i.A);
        var d = (TD*)(warp.R + i.D);
        if (mask == uint.MaxValue)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                d[lane] = TOp.Apply(a[lane]);
            }

            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            d[lane] = TOp.Apply(a[lane]);
        }
    }

    [MethodImpl(Fast)]
    public static void Binary<TA, TB, TD, TOp>(Warp warp, Instruction i, uint mask)
        where TA : unmanaged
        where TB : unmanaged
        where TD : unmanaged
        where TOp : struct, IBinary<TA, TB, TD>
    {
        var a = (TA*)(warp.R + i.A);
        var b = (TB*)(warp.R + i.B);
        var d = (TD*)(warp.R + i.D);
        if (mask == uint.MaxValue)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                d[lane] = TOp.Apply(a[lane], b[lane]);
            }

            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            d[lane] = TOp.Apply(a[lane], b[lane]);
        }
    }

    [MethodImpl(Fast)]
    public static void Ternary<TA, TB, TC, TD, TOp>(Warp warp, Instruction i, uint mask)
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
        where TD : unmanaged
        where TOp : struct, ITernary<TA, TB, TC, TD>
    {
        var a = (TA*)(warp.R + i.A);
        var b = (TB*)(warp.R + i.B);
        var c = (TC*)(warp.R + i.C);
        var d = (TD*)(warp.R + i.D);
        if (mask == uint.MaxValue)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                d[lane] = TOp.Apply(a[lane], b[lane], c[lane]);
            }

            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            d[lane] = TOp.Apply(a[lane], b[lane], c[lane]);
        }
    }

    [MethodImpl(Fast)]
    public static void BinaryVector<T, TOp>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
        where TOp : struct, IVectorBinary<T>
    {
        if (mask != uint.MaxValue || !Vector512.IsHardwareAccelerated)
        {
            Binary<T, T, T, TOp>(warp, i, mask);
            return;
        }

        var a = (T*)(warp.R + i.A);
        var b = (T*)(warp.R + i.B);
        var d = (T*)(warp.R + i.D);
        for (var k = 0; k < 32; k += Vector512<T>.Count)
        {
            TOp.Apply(Vector512.Load(a + k), Vector512.Load(b + k)).Store(d + k);
        }
    }

    [MethodImpl(Fast)]
    public static void TernaryVector<T, TOp>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
        where TOp : struct, IVectorTernary<T>
    {
        if (mask != uint.MaxValue || !Vector512.IsHardwareAccelerated)
        {
            Ternary<T, T, T, T, TOp>(warp, i, mask);
            return;
        }

        var a = (T*)(warp.R + i.A);
        var b = (T*)(warp.R + i.B);
        var c = (T*)(warp.R + i.C);
        var d = (T*)(warp.R + i.D);
        for (var k = 0; k < 32; k += Vector512<T>.Count)
        {
            TOp.Apply(Vector512.Load(a + k), Vector512.Load(b + k), Vector512.Load(c + k)).Store(d + k);
        }
    }

    /// <summary>Compares; <c>Option</c>: 0 nothing more, 1 and, 2 or, 3 xor with the predicate C, negated when <c>Option2</c> is 1. D2 gets the opposite.</summary>
    [MethodImpl(Fast)]
    public static void Compare<T, TOp>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
        where TOp : struct, IComparison<T>
    {
        var a = (T*)(warp.R + i.A);
        var b = (T*)(warp.R + i.B);
        uint bits = 0;
        if (mask == uint.MaxValue)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                var holds = TOp.Apply(a[lane], b[lane]);
                bits |= (uint)Unsafe.As<bool, byte>(ref holds) << lane;
            }
        }
        else
        {
            for (var m = mask; m != 0; m &= m - 1)
            {
                var lane = BitOperations.TrailingZeroCount(m);
                bits |= TOp.Apply(a[lane], b[lane]) ? 1u << lane : 0;
            }
        }

        SetPredicates(warp, i, mask, bits);
    }

    public static void SetPredicates(Warp warp, Instruction i, uint mask, uint bits)
    {
        var opposite = ~bits;
        if (i.Option != 0)
        {
            var other = *(uint*)(warp.R + i.C);
            other = i.Option2 == 1 ? ~other : other;
            (bits, opposite) = i.Option switch
            {
                1 => (bits & other, opposite & other),
                2 => (bits | other, opposite | other),
                _ => (bits ^ other, opposite ^ other),
            };
        }

        if (i.D >= 0)
        {
            Set(warp.R + i.D, mask, bits);
        }

        if (i.D2 >= 0)
        {
            Set(warp.R + i.D2, mask, opposite);
        }
    }

    public static void Set(byte* predicate, uint mask, uint bits) => *(uint*)predicate = (*(uint*)predicate & ~mask) | (bits & mask);

    public static void Move32(Warp warp, Instruction i, uint mask) => Move<uint>(warp, i, mask);

    public static void Move<T>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
    {
        var a = (T*)(warp.R + i.A);
        var d = (T*)(warp.R + i.D);
        if (mask == uint.MaxValue)
        {
            new ReadOnlySpan<T>(a, 32).CopyTo(new Span<T>(d, 32));
            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            d[lane] = a[lane];
        }
    }

    /// <summary><c>selp</c>: A where the predicate C holds, else B.</summary>
    [MethodImpl(Fast)]
    public static void Select<T>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
    {
        var a = (T*)(warp.R + i.A);
        var b = (T*)(warp.R + i.B);
        var d = (T*)(warp.R + i.D);
        var c = *(uint*)(warp.R + i.C);
        if (mask == uint.MaxValue)
        {
            for (var lane = 0; lane < 32; lane++)
            {
                d[lane] = (c >> lane & 1) != 0 ? a[lane] : b[lane];
            }

            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = BitOperations.TrailingZeroCount(mask);
            d[lane] = (c >> lane & 1) != 0 ? a[lane] : b[lane];
        }
    }
}
