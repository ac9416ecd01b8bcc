using System.Numerics;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// Values of shared and local bytes that nothing wrote. A read of them is no mistake yet: tiles have padding, and lanes behind the end read what they never use. It
/// is one when the value decides something: a branch, an address, what is stored in global memory or added there. Nothing is followed until a warp reads such bytes.
/// </summary>
internal sealed unsafe partial class Warp
{
    // For each register the lanes whose value comes from such bytes, and from where.
    private uint[] _poison = [];
    private PoisonOrigin?[] _origins = [];
    private int _poisoned;

    /// <summary>Whether any register has such a value.</summary>
    public bool IsPoisoned => _poisoned != 0;

    /// <summary>A lane reads bytes that nothing wrote into a register.</summary>
    public void Poison(Instruction i, int slot, uint lanes, ulong address, string name)
    {
        if (_poison.Length == 0)
        {
            _poison = new uint[Block.Program.RegisterNames.Length];
            _origins = new PoisonOrigin?[_poison.Length];
        }

        if (Register(slot) is >= 0 and var register)
        {
            Set(register, _poison[register] | lanes, new PoisonOrigin(i, address, name));
        }
    }

    /// <summary>The lanes whose value in a register comes from such bytes.</summary>
    public uint PoisonAt(int slot) => _poisoned == 0 ? 0 : PoisonOf(slot);

    /// <summary>A lane stores a register in global memory.</summary>
    public void JudgeStored(Instruction i, int slot, int lane) => Judge(i, Register(slot), 1u << lane, "is stored");

    private int Register(int slot) => Block.Program.RegisterOfSlot.GetValueOrDefault(slot, -1);

    private uint PoisonOf(int slot) => Register(slot) is >= 0 and var register ? _poison[register] : 0;

    private void Set(int register, uint lanes, PoisonOrigin? origin)
    {
        _poisoned += (lanes != 0 ? 1 : 0) - (_poison[register] != 0 ? 1 : 0);
        _poison[register] = lanes;
        _origins[register] = lanes == 0 ? null : origin ?? _origins[register];
    }

    private void ClearPoison()
    {
        if (_poisoned != 0)
        {
            Array.Clear(_poison);
            Array.Clear(_origins);
            _poisoned = 0;
        }
    }

    /// <summary>The lanes of a fragment read a guard.</summary>
    private void CheckGuardPoison(Instruction i, uint mask) => Judge(i, i.GuardRegister, mask, "decides whether this is executed");

    /// <summary>Executes an instruction and follows such values through it.</summary>
    private void ExecutePoisoned(Instruction i, uint active)
    {
        var isMemory = i.Class is InstructionClass.Load or InstructionClass.Store or InstructionClass.Atomic or InstructionClass.Async;
        if (isMemory)
        {
            Judge(i, Register(i.A), active, "is the address");
            if (i.Data is CopyForm copy)
            {
                Judge(i, Register(copy.Slot), active, "is the address");
            }
        }

        switch (i.Class)
        {
            case InstructionClass.Atomic or InstructionClass.Async:
                foreach (var read in i.Reads)
                {
                    Judge(i, read, active, "goes into memory");
                }

                Overwrite(i, active, 0, null);
                i.Execute(this, i, active);
                return;
            case InstructionClass.Load:
                Overwrite(i, active, 0, null);
                i.Execute(this, i, active);
                return;
            case InstructionClass.Store:
                i.Execute(this, i, active);
                AfterStore(i, active);
                return;
            case InstructionClass.Tensor when i.Data is MmaForm form:
                Product(i, form);
                i.Execute(this, i, active);
                return;
            case InstructionClass.Warp or InstructionClass.Tensor:
                var from = i.Text.Opcode == "shfl" ? Shuffled(i, active, out var origin) : Sources(i, uint.MaxValue, out origin) == 0 ? 0 : active;
                i.Execute(this, i, active);
                Overwrite(i, active, from, origin);
                return;
        }

        var lanes = Sources(i, active, out var source);
        if (lanes != 0 && i.Text.Opcode == "selp")
        {
            var chosen = *(uint*)(R + i.C);
            lanes = active & (PoisonOf(i.C) | (chosen & PoisonOf(i.A)) | (~chosen & PoisonOf(i.B)));
        }

        i.Execute(this, i, active);
        Overwrite(i, active, lanes, source);
    }

    /// <summary>The lanes in which any operand has such a value.</summary>
    private uint Sources(Instruction i, uint active, out PoisonOrigin? origin)
    {
        var lanes = 0u;
        origin = null;
        foreach (var read in i.Reads)
        {
            if ((_poison[read] & active) != 0 && read != i.GuardRegister)
            {
                lanes |= _poison[read] & active;
                origin ??= _origins[read];
            }
        }

        return lanes;
    }

    private void Overwrite(Instruction i, uint active, uint lanes, PoisonOrigin? origin)
    {
        foreach (var write in i.Writes)
        {
            if (lanes != 0 || _poison[write] != 0)
            {
                Set(write, (_poison[write] & ~active) | lanes, origin);
            }
        }
    }

    /// <summary>Moves the marks of lanes as the shuffle moves their values.</summary>
    private uint Shuffled(Instruction i, uint active, out PoisonOrigin? origin)
    {
        var any = Sources(i, uint.MaxValue, out origin);
        if (any == 0 || i.A == i.B || i.A == i.Sources[0] || ((PoisonOf(i.B) | PoisonOf(i.Sources[0])) & active) != 0)
        {
            return any == 0 ? 0 : active;
        }

        var values = new ReadOnlySpan<uint>(R + i.A, 32).ToArray();
        var marks = PoisonOf(i.A);
        for (var lane = 0; lane < 32; lane++)
        {
            ((uint*)(R + i.A))[lane] = marks >> lane & 1;
        }

        i.Execute(this, i, active);
        var moved = 0u;
        for (var m = active; m != 0; m &= m - 1)
        {
            var lane = BitOperations.TrailingZeroCount(m);
            moved |= (((uint*)(R + i.D))[lane] & 1) << lane;
        }

        values.CopyTo(new Span<uint>(R + i.A, 32));
        return moved;
    }

    /// <summary>Rows of the first operand reach rows of the result, columns of the second its columns.</summary>
    private void Product(Instruction i, MmaForm form)
    {
        var shape = form.Shape;
        var all = Sources(i, uint.MaxValue, out var origin) != 0;
        var isKnown = form.SlotsOfA.Concat(form.SlotsOfB).Concat(form.SlotsOfC).Select(Register).ToHashSet();
        var isWhole = i.Reads.Any(read => read != i.GuardRegister && _poison[read] != 0 && !isKnown.Contains(read));
        var rows = new bool[shape.Rows];
        var columns = new bool[shape.Columns];
        for (var k = 0; all && k < shape.Depth; k += shape.Items)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                var (register, lane, _) = shape.PlaceOfA(row, k);
                rows[row] |= (PoisonOf(form.SlotsOfA[register]) >> lane & 1) != 0;
            }
        }

        for (var k = 0; all && k < shape.DepthOfB; k += shape.Items)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                var (register, lane, _) = shape.PlaceOfB(k, column);
                columns[column] |= (PoisonOf(form.SlotsOfB[register]) >> lane & 1) != 0;
            }
        }

        var results = new uint[i.Destinations.Length];
        for (var row = 0; all && row < rows.Length; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                var from = shape.PlaceOfC(row, column, form.C == PtxType.F16);
                if (isWhole || rows[row] || columns[column] || (PoisonOf(form.SlotsOfC[from.Register]) >> from.Lane & 1) != 0)
                {
                    var to = shape.PlaceOfC(row, column, form.D == PtxType.F16);
                    results[to.Register] |= 1u << to.Lane;
                }
            }
        }

        for (var r = 0; r < results.Length; r++)
        {
            if (Register(i.Destinations[r]) is >= 0 and var register && (results[r] != 0 || _poison[register] != 0))
            {
                Set(register, results[r], origin);
            }
        }
    }

    /// <summary>In shared and local memory bytes become again what they were: not written. In global memory such a value is a mistake.</summary>
    private void AfterStore(Instruction i, uint active)
    {
        if (i.Text.Opcode == "wmma")
        {
            return;
        }

        if (i.Text.Opcode == "stmatrix")
        {
            MatrixMoves.Unwrite(this, i, slot => PoisonOf(slot));
            return;
        }

        for (var k = 0; k < i.Sources.Length; k++)
        {
            for (var m = PoisonOf(i.Sources[k]) & active; m != 0; m &= m - 1)
            {
                var lane = BitOperations.TrailingZeroCount(m);
                var address = MemoryAccess.Address(this, i, lane);
                var space = i.Space == StateSpace.None ? (address >> 32) switch { 1 => StateSpace.Shared, 2 => StateSpace.Local, _ => StateSpace.Global } : i.Space;
                address = (space == StateSpace.Global ? address : (uint)address) + (ulong)(k * i.Width);
                if (space == StateSpace.Shared && address + (ulong)i.Width <= (ulong)Block.SharedBytes)
                {
                    new Span<byte>(Block.SharedState + address, i.Width).Replace(ByteState.Written, (byte)0);
                }
                else if (space == StateSpace.Local && address + (ulong)i.Width <= (ulong)LocalBytes)
                {
                    new Span<byte>(LocalState + (lane * LocalBytes) + (long)address, i.Width).Clear();
                }
                else if (space == StateSpace.Global)
                {
                    Judge(i, Register(i.Sources[k]), 1u << lane, "is stored");
                }
            }
        }
    }

    /// <summary>Reports such a value, once.</summary>
    private void Judge(Instruction i, int register, uint lanes, string what)
    {
        var bad = register < 0 ? 0 : lanes & _poison[register];
        if (bad == 0)
        {
            return;
        }

        var origin = _origins[register]!;
        Set(register, _poison[register] & ~bad, null);
        Report(
            FindingKind.Uninitialised, i, BitOperations.TrailingZeroCount(bad),
            $"a value {what} that comes from bytes of {origin.Name} which nothing wrote; they were read at {(Program.SourceLine(origin.At) is > 0 and var line ? $"line {line}, " : "")}PTX line {origin.At.Text.Line}.",
            origin.Address, origin.Name, origin.At);
    }

    private sealed record PoisonOrigin(Instruction At, ulong Address, string Name);
}
