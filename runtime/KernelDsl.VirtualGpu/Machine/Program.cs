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

    public bool UsesCluster { get; init; }

    /// <summary>The CUDA C line of an instruction; 0 when the PTX has no line information.</summary>
    public static int SourceLine(Instruction instruction) => instruction.Text.Source?.Line ?? 0;
}
