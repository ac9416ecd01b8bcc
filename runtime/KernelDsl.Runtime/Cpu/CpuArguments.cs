using System.Collections.Immutable;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Cpu;

/// <summary>Runs a stage for the grid points from begin to before end.</summary>
/// <param name="arguments">Buffers and values by their position in the plan.</param>
/// <param name="serial">The values of the stage's serial variables.</param>
/// <param name="begin">The first point.</param>
/// <param name="end">The point after the last.</param>
public delegate void CpuStage(CpuArguments arguments, ReadOnlySpan<long> serial, long begin, long end);

/// <summary>What one launch on the CPU works on. Emitted code takes its buffers and values by their position in the plan.</summary>
public sealed class CpuArguments
{
    private readonly ImmutableArray<PlanBuffer> _plan;
    private readonly nint[] _addresses;
    private readonly long[] _lengths;
    private readonly long[] _values;

    /// <summary>Refers to the arrays of a launch, which may fill them again for its next run.</summary>
    internal CpuArguments(ImmutableArray<PlanBuffer> plan, nint[] addresses, long[] lengths, long[] values)
    {
        _plan = plan;
        _addresses = addresses;
        _lengths = lengths;
        _values = values;
    }

    /// <summary>The value of an I64 argument.</summary>
    public long Integer(int argument) => _values[argument];

    /// <summary>The value of a Bool argument.</summary>
    public bool Truth(int argument) => _values[argument] != 0;

    /// <summary>The value of an F32 argument.</summary>
    public float Single(int argument) => (float)BitConverter.Int64BitsToDouble(_values[argument]);

    /// <summary>The value of an F64 argument.</summary>
    public double Double(int argument) => BitConverter.Int64BitsToDouble(_values[argument]);

    /// <summary>A buffer whose elements have 8 bits or more.</summary>
    /// <typeparam name="T">A type of the element's size.</typeparam>
    /// <exception cref="InvalidOperationException">The element has another size.</exception>
    public unsafe CpuBuffer<T> Buffer<T>(int buffer)
        where T : unmanaged
        => _plan[buffer].Element.Bits() == 8 * sizeof(T)
            ? new CpuBuffer<T>(_plan[buffer].Name, _addresses[buffer], _lengths[buffer])
            : throw new InvalidOperationException($"An element of '{_plan[buffer].Name}' does not have {8 * sizeof(T)} bits.");

    /// <summary>A buffer whose elements have less than 8 bits.</summary>
    /// <exception cref="InvalidOperationException">The elements are larger.</exception>
    public PackedBuffer Packed(int buffer)
        => _plan[buffer].Element.Bits() < 8
            ? new PackedBuffer(_plan[buffer].Name, _plan[buffer].Element, _addresses[buffer], _lengths[buffer])
            : throw new InvalidOperationException($"The elements of '{_plan[buffer].Name}' are not packed.");
}
