using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>Elements in memory that does not move, with every access checked. Made by <see cref="CpuArguments"/>; the launch keeps the memory alive.</summary>
/// <typeparam name="T">The type that holds one element's bits.</typeparam>
public readonly unsafe struct CpuBuffer<T>
    where T : unmanaged
{
    private readonly T* _start;
    private readonly ulong _length;
    private readonly string _name;

    internal CpuBuffer(string name, nint address, long length)
    {
        _start = (T*)address;
        _length = (ulong)length;
        _name = name;
    }

    /// <summary>The number of elements.</summary>
    public long Length => (long)_length;

    /// <summary>One element.</summary>
    /// <exception cref="KernelBoundsException">The index is not in the buffer.</exception>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= _length)
            {
                Throw(index);
            }

            return ref _start[index];
        }
    }

    [DoesNotReturn]
    private void Throw(long index) => throw new KernelBoundsException(_name, index, (long)_length);
}
