using System.Numerics;
using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Counting;

/// <summary>
/// Where an executor counts: one slot per instruction, by the position in the kernel. One tally is for one thread; those of several threads are added at
/// the end. Nothing is allocated while counting.
/// </summary>
/// <param name="instructions">The instructions of the kernel.</param>
public sealed class CounterTally(int instructions)
{
    private readonly Slot[] _slots = new Slot[instructions];

    /// <summary>A warp came to an instruction.</summary>
    /// <param name="instruction">The position, from 0.</param>
    /// <param name="lanes">The lanes that execute it, after the guard; 0 counts as an execution too.</param>
    public void Execute(int instruction, uint lanes)
    {
        ref var slot = ref _slots[instruction];
        slot.Executions++;
        slot.Lanes += BitOperations.PopCount(lanes);
    }

    /// <summary>Like <see cref="Execute(int, uint)"/> for many executions at once, as of a block that was run several times with all lanes.</summary>
    /// <param name="instruction">The position, from 0.</param>
    /// <param name="executions">How many warps came.</param>
    /// <param name="lanes">Their active lanes, summed.</param>
    public void Execute(int instruction, long executions, long lanes)
    {
        ref var slot = ref _slots[instruction];
        slot.Executions += executions;
        slot.Lanes += lanes;
    }

    /// <summary>The instruction accessed global or local memory; an access without lanes is no request.</summary>
    /// <param name="instruction">The position, from 0.</param>
    /// <param name="use">What <see cref="SectorRule"/> says of it.</param>
    public void Global(int instruction, in SectorUse use)
    {
        ref var slot = ref _slots[instruction];
        slot.HasGlobal = true;
        slot.GlobalRequests += use.Lanes > 0 ? 1 : 0;
        slot.Sectors += use.Sectors;
        slot.IdealSectors += use.IdealSectors;
        slot.TagWavefronts += use.TagWavefronts;
        slot.GlobalBytes += use.Bytes;
    }

    /// <summary>The instruction accessed shared memory; an access without lanes is no request.</summary>
    /// <param name="instruction">The position, from 0.</param>
    /// <param name="use">What <see cref="BankRule"/> says of it.</param>
    /// <param name="bytes">What all lanes asked for.</param>
    public void Shared(int instruction, in BankUse use, int bytes)
    {
        ref var slot = ref _slots[instruction];
        slot.HasShared = true;
        slot.SharedRequests += use.IdealWavefronts > 0 ? 1 : 0;
        slot.Wavefronts += use.Wavefronts;
        slot.IdealWavefronts += use.IdealWavefronts;
        slot.SharedBytes += bytes;
    }

    /// <summary>Adds what another thread counted.</summary>
    /// <param name="other">A tally of the same kernel.</param>
    /// <exception cref="ArgumentException">It has another number of instructions.</exception>
    public void Add(CounterTally other)
    {
        if (other._slots.Length != _slots.Length)
        {
            throw new ArgumentException($"A tally of {other._slots.Length} instructions cannot be added to one of {_slots.Length}.", nameof(other));
        }

        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Add(other._slots[i]);
        }
    }

    /// <summary>The counters as data.</summary>
    /// <param name="kernel">The name of the entry.</param>
    /// <param name="launch">The sizes of the launch.</param>
    /// <param name="instructions">Line, opcode and sources of each instruction; its counters are replaced.</param>
    /// <exception cref="ArgumentException">Not as many as the tally has.</exception>
    public KernelCounters ToCounters(string kernel, LaunchShape launch, ImmutableArray<LineCounters> instructions)
        => instructions.Length == _slots.Length
            ? new KernelCounters(kernel, launch, [.. instructions.Select((line, i) => _slots[i].On(line))])
            : throw new ArgumentException($"{instructions.Length} instructions for a tally of {_slots.Length}.", nameof(instructions));

    private struct Slot
    {
        public long Executions, Lanes, GlobalRequests, Sectors, IdealSectors, TagWavefronts, GlobalBytes, SharedRequests, Wavefronts, IdealWavefronts, SharedBytes;
        public bool HasGlobal, HasShared;

        public void Add(in Slot other)
        {
            Executions += other.Executions;
            Lanes += other.Lanes;
            GlobalRequests += other.GlobalRequests;
            Sectors += other.Sectors;
            IdealSectors += other.IdealSectors;
            TagWavefronts += other.TagWavefronts;
            GlobalBytes += other.GlobalBytes;
            SharedRequests += other.SharedRequests;
            Wavefronts += other.Wavefronts;
            IdealWavefronts += other.IdealWavefronts;
            SharedBytes += other.SharedBytes;
            HasGlobal |= other.HasGlobal;
            HasShared |= other.HasShared;
        }

        public readonly LineCounters On(LineCounters line) => line with
        {
            WarpExecutions = Executions,
            ActiveLanes = Lanes,
            Global = HasGlobal ? new GlobalCounters(GlobalRequests, Sectors, IdealSectors, TagWavefronts, GlobalBytes) : null,
            Shared = HasShared ? new SharedCounters(SharedRequests, Wavefronts, IdealWavefronts, SharedBytes) : null,
        };
    }
}
