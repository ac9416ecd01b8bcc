using System.Numerics;
using System.Runtime.Intrinsics;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>How the addresses of a warp's lanes follow each other.</summary>
/// <param name="Next">Bit k: lanes k and k + 1 take part, and the second address lies one access behind the first.</param>
/// <param name="Same">Bit k: lanes k and k + 1 take part and have one address.</param>
internal readonly unsafe record struct LanePattern(uint Next, uint Same)
{
    /// <summary>The pattern of an instruction. Frames have room for the read behind the last lane.</summary>
    public static LanePattern Of(Warp warp, Instruction i, uint mask, int width)
    {
        if (i.A < 0)
        {
            return new(0, mask & (mask >> 1));
        }

        uint next = 0;
        uint same = 0;
        if (i.Has32BitAddress)
        {
            var a = (uint*)(warp.R + i.A);
            for (var k = 0; k < 32; k += 16)
            {
                var step = Vector512.Load(a + k + 1) - Vector512.Load(a + k);
                next |= (uint)Vector512.Equals(step, Vector512.Create((uint)width)).ExtractMostSignificantBits() << k;
                same |= (uint)Vector512.Equals(step, Vector512<uint>.Zero).ExtractMostSignificantBits() << k;
            }
        }
        else
        {
            var a = (ulong*)(warp.R + i.A);
            for (var k = 0; k < 32; k += 8)
            {
                var step = Vector512.Load(a + k + 1) - Vector512.Load(a + k);
                next |= (uint)Vector512.Equals(step, Vector512.Create((ulong)width)).ExtractMostSignificantBits() << k;
                same |= (uint)Vector512.Equals(step, Vector512<ulong>.Zero).ExtractMostSignificantBits() << k;
            }
        }

        var pairs = mask & (mask >> 1);
        return new(next & pairs, same & pairs);
    }

    /// <summary>The lanes from one on whose addresses follow each other.</summary>
    public int NextFrom(int lane) => BitOperations.TrailingZeroCount(~((ulong)Next >> lane)) + 1;

    /// <summary>The lanes from one on that have its address.</summary>
    public int SameFrom(int lane) => BitOperations.TrailingZeroCount(~((ulong)Same >> lane)) + 1;
}
