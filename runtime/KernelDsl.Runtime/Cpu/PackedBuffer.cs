using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>2-bit or 4-bit integers, the first of a byte in its low bits. Threads may store neighbours at the same time.</summary>
public readonly struct PackedBuffer
{
    private readonly CpuBuffer<byte> _bytes;
    private readonly ulong _length;
    private readonly string _name;
    private readonly int _bits;
    private readonly bool _isSigned;

    internal PackedBuffer(string name, HostBuffer memory, long length)
    {
        _bytes = new CpuBuffer<byte>(name, memory, memory.Bytes.Length);
        _length = (ulong)length;
        _name = name;
        _bits = memory.Element.Bits();
        _isSigned = memory.Element != ElementType.U4;
    }

    /// <summary>One element, widened.</summary>
    /// <exception cref="KernelBoundsException">The index is not in the buffer.</exception>
    public long Load(long index)
    {
        var (cell, shift) = Locate(index);
        var raw = (long)_bytes[cell] >> shift;
        return _isSigned ? raw << (64 - _bits) >> (64 - _bits) : raw & ((1 << _bits) - 1);
    }

    /// <summary>Stores the low bits of a value; the neighbours in the byte stay.</summary>
    /// <exception cref="KernelBoundsException">The index is not in the buffer.</exception>
    public void Store(long index, long value)
    {
        var (cell, shift) = Locate(index);
        ref var target = ref _bytes[cell];
        var mask = ((1 << _bits) - 1) << shift;
        var bits = ((int)value << shift) & mask;
        byte before;
        do
        {
            before = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, (byte)((before & ~mask) | bits), before) != before);
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
