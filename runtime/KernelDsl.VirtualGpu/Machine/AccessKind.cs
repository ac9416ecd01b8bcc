using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>How an instruction accesses memory lane by lane, for counting.</summary>
internal enum AccessKind : byte { None, Load, Store, Atomic, Matrix, Copy }

/// <summary>Finds the kind of an instruction.</summary>
internal static class AccessKinds
{
    public static AccessKind Of(Instruction i) => i.Text.Opcode switch
    {
        _ when i.Space is StateSpace.Param or StateSpace.Const => AccessKind.None,
        "ld" or "ldu" => AccessKind.Load,
        "st" => AccessKind.Store,
        "atom" or "red" => AccessKind.Atomic,
        "ldmatrix" or "stmatrix" => AccessKind.Matrix,
        "cp" when i.Data is Memory.CopyForm => AccessKind.Copy,
        _ => AccessKind.None,
    };
}
