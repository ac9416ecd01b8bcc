namespace KernelDsl.Runtime;

/// <summary>
/// Elements of one type in host memory, packed as kernels see them: sub-byte elements share bytes, the first in the low bits.
/// </summary>
public sealed class HostBuffer
{
    /// <summary>Makes a buffer of zeros.</summary>
    /// <param name="element">The element type.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or takes more than 2 GiB.</exception>
    public HostBuffer(ElementType element, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = checked(((length * element.Bits()) + 7) / 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Array.MaxLength, nameof(length));
        Element = element;
        Length = length;
        Bytes = GC.AllocateArray<byte>((int)bytes, pinned: true);
    }

    /// <summary>The element type.</summary>
    public ElementType Element { get; }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>The memory; pinned, so its address does not change.</summary>
    public byte[] Bytes { get; }

    internal unsafe nint Address => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Bytes));
}
