using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>2-bit or 4-bit integers, the first of a byte in its low bits. Threads may store neighbours at the same time.</summary>
public readonly struct PackedBuffer
{
    private readonly unsafe byte* _start;
    private readonly ulong _length;
    private readonly string _name;
    private readonly int _bits;
    private readonly bool _isSigned;

    internal unsafe PackedBuffer(string name, ElementType element, nint address, long length)
    {
        _start = (byte*)address;
        _length = (ulong)length;
        _name = name;
        _bits = element.Bits();
        _isSigned = element != ElementType.U4;
    }

    /// <summary>One element, widened.</summary>
    /// <exception cref="KernelBoundsException">The index is not in the buffer.</exception>
    public unsafe long Load(long index)
    {
        var (cell, shift) = Locate(index);
        var raw = (long)_start[cell] >> shift;
        return _isSigned ? raw << (64 - _bits) >> (64 - _bits) : raw & ((1 << _bits) - 1);
    }

    /// <summary>Stores the low bits of a value; the neighbours in the byte stay.</summary>
    /// <exception cref="KernelBoundsException">The index is not in the buffer.</exception>
    public unsafe void Store(long index, long value)
    {
        var (cell, shift) = Locate(index);

        // The word around the byte: .NET 8 cannot exchange single bytes. Buffers are padded to whole words.
        var place = (nint)(_start + cell);
        var word = (int*)(place & ~3);
        shift += (int)(place & 3) * 8;
        var mask = ((1 << _bits) - 1) << shift;
        var bits = ((int)value << shift) & mask;
        int before;
        do
        {
            before = Volatile.Read(ref *word);
        }
        while (Interlocked.CompareExchange(ref *word, (before & ~mask) | bits, before) != before);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long Cell, int Shift) Locate(long index)
    {
        // The last byte may have room after the last element, so the bytes' own check is not enough.
        if ((ulong)index >= _length)
        {
            throw new KernelBoundsException(_name, index, (long)_length);
        }

        return _bits == 4 ? (index >> 1, (int)(index & 1) * 4) : (index >> 2, (int)(index & 3) * 2);
    }
}
