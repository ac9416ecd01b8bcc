namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Where a value of a call lies: in a register, or in local memory behind a frame pointer.</summary>
/// <param name="IsRegister">Whether it is a register.</param>
/// <param name="Slot">The slot of the register, or of the frame pointer; -1 for a result that nobody wants, or for variables of the kernel itself.</param>
/// <param name="Size">Bytes; 0 for a predicate.</param>
/// <param name="Offset">The place in local memory.</param>
internal readonly record struct CallPlace(bool IsRegister, int Slot, int Size, long Offset);

/// <summary>A function that is not put in line, because it may call itself or is called through a pointer. Its registers are saved when it is entered.</summary>
internal sealed class CallTarget(string name)
{
    public string Name { get; } = name;

    /// <summary>The index of its first instruction.</summary>
    public int Entry { get; set; }

    /// <summary>The slot of the address of its frame in local memory.</summary>
    public int FramePointer { get; set; } = -1;

    public int FrameBytes { get; set; }

    public CallPlace[] Results { get; set; } = [];

    public CallPlace[] Parameters { get; set; } = [];

    /// <summary>Its registers, for saving; size 0 is a predicate.</summary>
    public (int Slot, int Size)[] Registers { get; set; } = [];

    /// <summary>The numbers of its registers, first and behind the last.</summary>
    public (int First, int End) Numbers { get; set; }
}

/// <summary>A call: to one function, or through a pointer to one of a table.</summary>
internal sealed record CallForm(CallTarget? Direct, Dictionary<ulong, CallTarget>? Table, CallPlace[] Results, CallPlace[] Arguments);

/// <summary>What a return needs: where to go on, what to give back.</summary>
internal sealed record CallRecord(CallTarget Target, CallForm Form, int ReturnTo, int StackTop, ulong[] Registers, bool[] Defined);
