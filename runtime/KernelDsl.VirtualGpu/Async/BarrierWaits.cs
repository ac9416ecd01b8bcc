using System.Numerics;
using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>A wait for the end of a phase.</summary>
/// <param name="Phase">The slot of the parity, or of the state that an arrival returned.</param>
internal sealed record WaitForm(AsyncAddress Address, int Phase, bool IsParity, bool IsRelaxed);

/// <summary>
/// <c>mbarrier.test_wait</c> and <c>try_wait</c>. Both wait while others go on, and end without success after a random time: a thread may be delayed anywhere, so this
/// is one of the ways they can run, and loops around them cost nothing.
/// </summary>
internal static unsafe class BarrierWaits
{
    /// <summary>Looks at the barrier.</summary>
    /// <returns>Whether the instruction is done, with success or without.</returns>
    public static bool TryPass(Warp warp, Instruction i, uint lanes, bool isTimedOut)
    {
        var form = (WaitForm)i.Data!;
        uint passed = 0;
        uint failed = 0;
        Mbarrier? first = null;
        Mbarrier? known = null;
        var isOne = true;
        for (var m = lanes; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            if (!BarrierHandlers.TryFind(warp, i, lane, form.Address, out var barrier))
            {
                passed |= 1u << lane;
                continue;
            }

            isOne &= first is null || first == barrier;
            first = barrier;
            if (IsComplete(warp, i, lane, form, barrier))
            {
                passed |= 1u << lane;
                if (barrier != known)
                {
                    See(warp, form, known = barrier);
                }
            }
            else
            {
                failed |= 1u << lane;
            }
        }

        if (failed != 0 && isOne && passed == 0 && !isTimedOut && warp.Block.Random.Next(16) != 0)
        {
            return false;
        }

        ref var result = ref *(uint*)(warp.R + i.D);
        result = (result & ~lanes) | passed;
        return true;
    }

    public static string Describe(Warp warp, Instruction i, uint lanes)
    {
        var lane = BitOperations.TrailingZeroCount(lanes);
        if (i.Data is not WaitForm form || !BarrierHandlers.TryFind(warp, i, lane, form.Address, out var barrier))
        {
            return i.Text.Name;
        }

        var wanted = form.IsParity ? $"the phase of parity {((uint*)(warp.R + form.Phase))[lane] & 1}" : $"phase {((ulong*)(warp.R + form.Phase))[lane] >> 32}";
        return $"{i.Text.Name} for the end of {wanted} of {barrier}";
    }

    private static void See(Warp warp, WaitForm form, Mbarrier barrier)
    {
        barrier.See();
        if (!form.IsRelaxed)
        {
            warp.Clock.Acquire(barrier.Completed, warp.Block.Serial);
        }
    }

    private static bool IsComplete(Warp warp, Instruction i, int lane, WaitForm form, Mbarrier barrier)
    {
        if (form.IsParity)
        {
            var parity = ((uint*)(warp.R + form.Phase))[lane];
            if (parity > 1)
            {
                warp.Report(FindingKind.Undefined, i, lane, $"the parity of a phase is 0 or 1; here it is {parity}.");
            }

            return (parity & 1) != barrier.Parity;
        }

        var phase = (uint)(((ulong*)(warp.R + form.Phase))[lane] >> 32);
        if (phase != barrier.Phase && phase + 1 != barrier.Phase)
        {
            warp.Report(FindingKind.Undefined, i, lane, $"the state is of phase {phase}, and the mbarrier {barrier.Name} is in phase {barrier.Phase}; only the current phase and the one before can be asked for.");
        }

        return phase != barrier.Phase;
    }
}
