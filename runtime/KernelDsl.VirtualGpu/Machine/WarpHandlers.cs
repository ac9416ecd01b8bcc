using System.Numerics;
using KernelDsl.VirtualGpu.Memory;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Operations of a warp, executed when all members are there.</summary>
internal static unsafe class WarpHandlers
{
    public static void Synchronise(Warp warp, Instruction i, uint mask) => warp.Clock.SyncLanes(mask, warp.Live);

    public static void ActiveMask(Warp warp, Instruction i, uint mask)
    {
        for (var m = mask; m != 0; m &= m - 1)
        {
            ((uint*)(warp.R + i.D))[BitOperations.TrailingZeroCount(m)] = mask;
        }
    }

    public static void Shuffle(Warp warp, Instruction i, uint mask)
    {
        var source = stackalloc uint[32];
        new ReadOnlySpan<uint>(warp.R + i.A, 32).CopyTo(new Span<uint>(source, 32));
        var result = stackalloc uint[32];
        uint valid = 0;
        uint absent = 0;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var b = (int)((uint*)(warp.R + i.B))[lane] & 31;
            var c = ((uint*)(warp.R + i.Sources[0]))[lane];
            var clamp = (int)c & 31;
            var segment = (int)(c >> 8) & 31;
            var maximum = (lane & segment) | (clamp & ~segment);
            var minimum = lane & segment;
            var from = i.Option switch { 0 => lane - b, 1 => lane + b, 2 => lane ^ b, _ => minimum | (b & ~segment) };
            var isValid = i.Option == 0 ? from >= maximum : from <= maximum;
            from = isValid ? from : lane;
            valid |= isValid ? 1u << lane : 0;
            result[lane] = source[from & 31];
            absent |= (mask >> from & 1) == 0 ? 1u << lane : 0;
        }

        if (absent != 0 && (warp.Block.Launch.Checks & VirtualGpuChecks.Synchronisation) != 0)
        {
            warp.Report(FindingKind.Undefined, i, absent, $"the shuffle reads a lane that does not take part (mask 0x{mask:x8}); its value is not defined.");
        }

        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ((uint*)(warp.R + i.D))[lane] = result[lane];
        }

        if (i.D2 >= 0)
        {
            Lanes.Set(warp.R + i.D2, mask, valid);
        }
    }

    public static void Vote(Warp warp, Instruction i, uint mask)
    {
        var value = *(uint*)(warp.R + i.A);
        value = (i.Option2 == 1 ? ~value : value) & mask;
        if (i.Option == 3)
        {
            for (var m = mask; m != 0; m &= m - 1)
            {
                ((uint*)(warp.R + i.D))[BitOperations.TrailingZeroCount(m)] = value;
            }

            return;
        }

        var holds = i.Option switch { 0 => value == mask, 1 => value != 0, _ => value == 0 || value == mask };
        Lanes.Set(warp.R + i.D, mask, holds ? uint.MaxValue : 0);
    }

    public static void Match(Warp warp, Instruction i, uint mask)
    {
        var results = stackalloc uint[32];
        uint all = 0;
        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            var value = LoadStore.ReadRegister(warp.R + i.A, i.Width, lane);
            uint same = 0;
            for (var n = mask; n != 0; n &= n - 1)
            {
                var other = BitOperations.TrailingZeroCount(n);
                same |= LoadStore.ReadRegister(warp.R + i.A, i.Width, other) == value ? 1u << other : 0;
            }

            all |= same == mask ? 1u << lane : 0;
            results[lane] = i.Option == 0 ? same : same == mask ? mask : 0;
        }

        for (var m = mask; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            ((uint*)(warp.R + i.D))[lane] = results[lane];
        }

        if (i.D2 >= 0)
        {
            Lanes.Set(warp.R + i.D2, mask, all);
        }
    }

    public static void Reduce(Warp warp, Instruction i, uint mask)
    {
        var values = (uint*)(warp.R + i.A);
        var result = values[BitOperations.TrailingZeroCount(mask)];
        for (var m = mask & (mask - 1); m != 0; m &= m - 1)
        {
            var value = values[BitOperations.TrailingZeroCount(m)];
            result = ((string)i.Data!, i.Option) switch
            {
                (".add", _) => unchecked(result + value),
                (".and", _) => result & value,
                (".or", _) => result | value,
                (".xor", _) => result ^ value,
                (".min", 1) => (uint)Math.Min((int)result, (int)value),
                (".min", _) => Math.Min(result, value),
                (_, 1) => (uint)Math.Max((int)result, (int)value),
                _ => Math.Max(result, value),
            };
        }

        for (var m = mask; m != 0; m &= m - 1)
        {
            ((uint*)(warp.R + i.D))[BitOperations.TrailingZeroCount(m)] = result;
        }
    }

    public static void Elect(Warp warp, Instruction i, uint mask)
    {
        var leader = BitOperations.TrailingZeroCount(mask);
        for (var m = mask; m != 0; m &= m - 1)
        {
            ((uint*)(warp.R + i.D))[BitOperations.TrailingZeroCount(m)] = (uint)leader;
        }

        if (i.D2 >= 0)
        {
            Lanes.Set(warp.R + i.D2, mask, 1u << leader);
        }
    }
}
