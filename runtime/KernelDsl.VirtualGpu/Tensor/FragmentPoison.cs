using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tensor;

/// <summary>Values of bytes that nothing wrote, in the loads and stores of <c>wmma</c>.</summary>
internal static unsafe class FragmentPoison
{
    /// <summary>Follows them through a line of a matrix.</summary>
    /// <param name="warp">The warp.</param>
    /// <param name="i">The instruction.</param>
    /// <param name="form">Where elements lie.</param>
    /// <param name="line">The row or column.</param>
    /// <param name="count">Its elements.</param>
    /// <param name="address">Of its first.</param>
    /// <param name="isStore">Whether it is stored.</param>
    public static void Follow(Warp warp, Instruction i, FragmentForm form, int line, int count, ulong address, bool isStore)
    {
        if (isStore && !warp.IsPoisoned)
        {
            return;
        }

        var isShared = i.Space == StateSpace.Shared || (i.Space == StateSpace.None && address >> 32 == 1);
        var offset = (long)(uint)address;
        var bytes = ((count * form.BitsOfElement) + 7) / 8;
        if (!isShared || offset + bytes > warp.Block.SharedBytes)
        {
            for (var k = 0; isStore && k < count; k++)
            {
                var (register, lane, _) = form.IsRow ? form.Place(line, k) : form.Place(k, line);
                warp.JudgeStored(i, i.Sources[register], lane);
            }

            return;
        }

        var state = new Span<byte>(warp.Block.SharedState + offset, bytes);
        if (!isStore && (state.IndexOfAnyExcept(ByteState.Written) < 0 || !warp.Block.Launch.ChecksInitialisation))
        {
            return;
        }

        for (var k = 0; k < count; k++)
        {
            var (register, lane, _) = form.IsRow ? form.Place(line, k) : form.Place(k, line);
            var own = state[(k * form.BitsOfElement / 8)..((((k + 1) * form.BitsOfElement) + 7) / 8)];
            if (isStore && (warp.PoisonAt(i.Sources[register]) >> lane & 1) != 0)
            {
                own.Replace(ByteState.Written, (byte)0);
            }

            for (; !isStore && own.IndexOfAnyExcept(ByteState.Written) >= 0 && register < i.Destinations.Length; register += form.DistinctRegisters)
            {
                warp.Poison(i, i.Destinations[register], 1u << lane, address, warp.Block.SharedName(offset));
            }
        }
    }
}
