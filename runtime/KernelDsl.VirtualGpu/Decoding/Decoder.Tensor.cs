using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Matrix instructions.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeTensor(string opcode, Modifiers m)
    {
        _i.Class = opcode == "ldmatrix" ? InstructionClass.Load : opcode == "stmatrix" ? InstructionClass.Store : InstructionClass.Tensor;
        if (opcode == "wmma")
        {
            DecodeWmma(m);
            return;
        }

        var isSparse = m.One(".sp", ".sp::ordered_metadata") is not null;
        if (!m.Has(".sync") || !m.Has(".aligned"))
        {
            throw Error($"'{_text.Name}' needs .sync.aligned.");
        }

        if (opcode == "mma")
        {
            DecodeMma(m, isSparse);
            return;
        }

        if (!m.Has(".m8n8"))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        Operands(2);
        if (opcode == "movmatrix")
        {
            m.Has(".trans");
            m.Type();
            _i.D = Destination(0, PtxType.B32);
            _i.A = Source(1, PtxType.B32);
            _i.Execute = &MatrixMoves.Transpose;
            return;
        }

        var count = m.One(".x1", ".x2", ".x4") switch { ".x1" => 1, ".x2" => 2, ".x4" => 4, _ => throw Error($"'{_text.Name}' is not executed.") };
        _i.Option = m.Has(".trans") ? 1 : 0;
        var space = m.One(".shared", ".shared::cta") is null ? StateSpace.None : StateSpace.Shared;
        m.Type();
        var isStore = opcode == "stmatrix";
        if (isStore)
        {
            RequireArchitecture(90);
        }

        Address(Operand(isStore ? 0 : 1), ref space);
        _i.Space = space;
        _i.Width = 16;
        _i.Option2 = count;
        var registers = Operand(isStore ? 1 : 0) is VectorOperand vector ? vector.Items : [Operand(isStore ? 1 : 0)];
        if (registers.Length != count)
        {
            throw Error($"'{_text.Name}' needs {count} registers and has {registers.Length}.");
        }

        if (isStore)
        {
            _i.Sources = registers.Select(r => Source(r, PtxType.B32)).ToArray();
            _i.Execute = &MatrixMoves.Store;
        }
        else
        {
            _i.Destinations = registers.Select(r => Destination(r, PtxType.B32)).ToArray();
            _i.Execute = &MatrixMoves.Load;
        }
    }
}
