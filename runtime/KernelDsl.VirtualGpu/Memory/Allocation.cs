using System.Runtime.InteropServices;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>What is known of one byte of memory.</summary>
internal static class ByteState
{
    public const byte Written = 1;

    /// <summary>An asynchronous copy into it may be under way.</summary>
    public const byte Pending = 2;

    /// <summary>No variable lies there.</summary>
    public const byte Hole = 4;

    /// <summary>A part of a live mbarrier; ordinary instructions must not touch it.</summary>
    public const byte Barrier = 8;

    /// <summary>A copy or product that runs by itself may still read it; always with <see cref="Pending"/>, so that writes meet it.</summary>
    public const byte Source = 16;
}

/// <summary>A piece of device memory with exact bounds. Each has an address range of its own, so that no overflow reaches a neighbour.</summary>
internal sealed unsafe class Allocation : IDisposable
{
    public Allocation(ulong address, long size, string name)
    {
        Address = address;
        Size = size;
        Name = name;
        Races = new RaceShadow(isShared: false, size);
        var room = (nuint)size + 64;
        Data = (byte*)NativeMemory.AlignedAlloc(room, 256);
        State = (byte*)NativeMemory.AlignedAlloc(room, 256);
        NativeMemory.Fill(Data, room, 0xcb);
        NativeMemory.Clear(State, room);
    }

    public ulong Address { get; }

    public long Size { get; }

    public string Name { get; set; }

    public byte* Data { get; private set; }

    public byte* State { get; private set; }

    public bool IsFreed { get; private set; }

    public bool IsReadOnly { get; set; }

    /// <summary>A variable of a module, which is freed with that.</summary>
    public bool IsOfModule { get; set; }

    public RaceShadow Races { get; }

    public void Dispose()
    {
        if (!IsFreed)
        {
            IsFreed = true;
            NativeMemory.AlignedFree(Data);
            NativeMemory.AlignedFree(State);
            Data = State = null;
            Races.Clear();
        }
    }
}
