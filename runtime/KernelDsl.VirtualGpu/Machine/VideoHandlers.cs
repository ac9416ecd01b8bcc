using System.Numerics;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>A video instruction on one part of each operand.</summary>
/// <param name="Second">What is done with C: add, min, max; nothing merges the result into C.</param>
internal sealed record VideoForm(
    string Operation, string Comparison, bool IsSigned, bool IsSignedA, bool IsSignedB, bool Saturates, string? Second, string? PartOfD, string? PartOfA, string? PartOfB,
    bool Wraps, int Scale, bool IsPlusOne, bool NegatesA, bool NegatesB, bool NegatesC);

/// <summary>A video instruction on two halves or four bytes at once; parts count through A and then B.</summary>
internal sealed record PackedVideoForm(
    string Operation, string Comparison, int Lanes, bool IsSigned, bool IsSignedA, bool IsSignedB, bool Saturates, bool Sums, int Mask, int[] PartsOfA, int[] PartsOfB);

/// <summary>Handlers of video instructions, after PTX ISA 8.4, sections 9.7.16 and 9.7.17.</summary>
internal static unsafe class VideoHandlers
{
    public static void Scalar(Warp warp, Instruction i, uint mask)
    {
        var form = (VideoForm)i.Data!;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var a = Select(((uint*)(warp.R + i.A))[lane], form.PartOfA, form.IsSignedA);
            var b = Select(((uint*)(warp.R + i.B))[lane], form.PartOfB, form.IsSignedB);
            var c = i.C < 0 ? 0 : ((uint*)(warp.R + i.C))[lane];
            ((uint*)(warp.R + i.D))[lane] = form.Operation == "vmad" ? MultiplyAdd(form, a, b, c) : Finish(form, Compute(form, a, b), c, i.C >= 0);
        }
    }

    public static void Packed(Warp warp, Instruction i, uint mask)
    {
        var form = (PackedVideoForm)i.Data!;
        var bits = 32 / form.Lanes;
        var part = bits == 16 ? ushort.MaxValue : (ulong)byte.MaxValue;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var both = ((uint*)(warp.R + i.A))[lane] | ((ulong)((uint*)(warp.R + i.B))[lane] << 32);
            var c = ((uint*)(warp.R + i.C))[lane];
            var result = form.Sums ? c : 0;
            for (var k = 0; k < form.Lanes; k++)
            {
                if ((form.Mask >> k & 1) == 0)
                {
                    result |= form.Sums ? 0 : c & (uint)(part << (k * bits));
                    continue;
                }

                var a = Extend((both >> (form.PartsOfA[k] * bits)) & part, bits, form.IsSignedA);
                var b = Extend((both >> (form.PartsOfB[k] * bits)) & part, bits, form.IsSignedB);
                var value = Operate(form.Operation, form.Comparison, a, b);
                value = form.Saturates ? Clamp(value, bits, form.IsSigned) : value;
                result = form.Sums ? unchecked(result + (uint)Extend((ulong)value & part, bits, form.IsSigned)) : result | (uint)(((ulong)value & part) << (k * bits));
            }

            ((uint*)(warp.R + i.D))[lane] = result;
        }
    }

    private static long Operate(string operation, string comparison, long a, long b) => operation switch
    {
        "vadd" => a + b,
        "vsub" => a - b,
        "vabsdiff" => Math.Abs(a - b),
        "vmin" => Math.Min(a, b),
        "vmax" => Math.Max(a, b),
        "vavrg" => (a + b + (a + b >= 0 ? 1 : 0)) >> 1,
        _ => comparison switch { ".eq" => a == b, ".ne" => a != b, ".lt" => a < b, ".le" => a <= b, ".gt" => a > b, _ => a >= b } ? 1 : 0,
    };

    private static long Compute(VideoForm form, long a, long b)
    {
        if (form.Operation is not ("vshl" or "vshr"))
        {
            return Operate(form.Operation, form.Comparison, a, b);
        }

        var count = form.Wraps ? (int)(b & 31) : (int)Math.Min((ulong)b & uint.MaxValue, 32);
        return form.Operation == "vshl" ? a << count : a >> count;
    }

    private static uint Finish(VideoForm form, long value, uint c, bool hasC)
    {
        var bits = form.PartOfD is null ? 32 : form.PartOfD[1] == 'b' ? 8 : 16;
        value = form.Saturates ? Clamp(value, bits, form.IsSigned) : value;
        if (form.Second is { } second)
        {
            var low = (uint)value;
            return (second, form.IsSigned) switch
            {
                (".add", _) => unchecked(low + c),
                (".min", true) => (uint)Math.Min((int)low, (int)c),
                (".min", _) => Math.Min(low, c),
                (_, true) => (uint)Math.Max((int)low, (int)c),
                _ => Math.Max(low, c),
            };
        }

        if (form.PartOfD is null || !hasC)
        {
            return (uint)value;
        }

        var shift = (form.PartOfD[2] - '0') * bits;
        var part = ((1u << bits) - 1) << shift;
        return (c & ~part) | (((uint)value << shift) & part);
    }

    /// <summary>a·b+c in many bits, shifted; a negated operand makes the sum a difference.</summary>
    private static uint MultiplyAdd(VideoForm form, long a, long b, uint c)
    {
        var isSigned = form.IsSignedA || form.IsSignedB || form.NegatesA != form.NegatesB || form.NegatesC;
        Int128 product = (Int128)a * b;
        Int128 addend = isSigned ? (int)c : c;
        if (form.NegatesA != form.NegatesB)
        {
            product = -product;
        }
        else if (form.NegatesC)
        {
            addend = -addend;
        }

        var sum = (product + addend + (form.IsPlusOne ? 1 : 0)) >> form.Scale;
        return form.Saturates ? (uint)(long)Int128.Clamp(sum, isSigned ? int.MinValue : 0, isSigned ? int.MaxValue : uint.MaxValue) : (uint)(long)(sum & uint.MaxValue);
    }

    private static long Select(uint value, string? part, bool isSigned) => part switch
    {
        null => Extend(value, 32, isSigned),
        _ when part[1] == 'b' => Extend(value >> (8 * (part[2] - '0')) & 0xff, 8, isSigned),
        _ => Extend(value >> (16 * (part[2] - '0')) & 0xffff, 16, isSigned),
    };

    private static long Extend(ulong value, int bits, bool isSigned) => isSigned ? (long)(value << (64 - bits)) >> (64 - bits) : (long)value;

    private static long Clamp(long value, int bits, bool isSigned)
        => isSigned ? Math.Clamp(value, -(1L << (bits - 1)), (1L << (bits - 1)) - 1) : Math.Clamp(value, 0, (1L << bits) - 1);
}
