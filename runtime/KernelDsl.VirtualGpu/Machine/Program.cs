using KernelDsl.Profiling.Counting;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>A kernel that is ready to run.</summary>
internal sealed class Program
{
    public required string Name { get; init; }

    public required PtxFunction Function { get; init; }

    public required PtxModule Module { get; init; }

    public required Instruction[] Code { get; init; }

    public required FrameLayout Frame { get; init; }

    /// <summary>Bytes of static shared memory, holes between variables not counted.</summary>
    public required int StaticShared { get; init; }

    /// <summary>The parts of shared memory that variables occupy; the last may be the dynamic part, whose size a launch gives.</summary>
    public required ImmutableArray<SharedRange> SharedRanges { get; init; }

    /// <summary>Where dynamic shared memory begins.</summary>
    public required int DynamicShared { get; init; }

    public required int LocalBytes { get; init; }

    public required int ParameterBytes { get; init; }

    public required ImmutableArray<(int Offset, int Size)> Parameters { get; init; }

    public required string[] RegisterNames { get; init; }

    /// <summary>The registers by their slots.</summary>
    public required IReadOnlyDictionary<int, int> RegisterOfSlot { get; init; }

    /// <summary>Registers whose definition is recorded.</summary>
    public required bool[] IsTracked { get; init; }

    private CountedLines? _counted;

    /// <summary>The slots of counters. Launches of a device run one at a time, so they are made once.</summary>
    public CountedLines Counted => _counted ??= new CountedLines(this);

    /// <summary>Whether it has copies or products that run by themselves, for which clocks need more entries.</summary>
    public bool UsesAsync { get; init; }

    /// <summary>Where the stack of local memory begins, above the variables of the kernel itself.</summary>
    public int StackStart { get; init; }

    /// <summary>The CUDA C line of an instruction; 0 when the PTX has no line information.</summary>
    public static int SourceLine(Instruction instruction) => instruction.Text.Source?.Line ?? 0;

    /// <summary>The place in the spec of an instruction, such as <c>product.kdsl:4</c>; null when not known.</summary>
    public SourceLine? SpecPlace(Instruction instruction) => SpecPlace(Module, instruction.Text.Source);

    /// <summary>As <see cref="SpecPlace(Instruction)"/>. What a helper does belongs to the line that calls it.</summary>
    public static SourceLine? SpecPlace(PtxModule module, SourcePlace? place)
    {
        if (module.Spec is not { } map || place is null)
        {
            return null;
        }

        var line = place.InlinedLine > 0 ? map.SpecLine(place.InlinedLine) : 0;
        line = line > 0 ? line : map.SpecLine(place.Line);
        return line > 0 ? new SourceLine(map.File, line) : null;
    }
}
