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
        if (m.Has(".sp") || m.Has(".sp::ordered_metadata"))
        {
            throw Error($"the instruction '{_text.Name}' is not supported yet.");
        }

        if (!m.Has(".sync") || !m.Has(".aligned"))
        {
            throw Error($"'{_text.Name}' needs .sync.aligned.");
        }

        if (opcode == "mma")
        {
            DecodeMma(m);
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

    private void DecodeMma(Modifiers m)
    {
        var shapeText = m.Left.FirstOrDefault(l => l.StartsWith(".m", StringComparison.Ordinal) && l.Contains('n', StringComparison.Ordinal) && l.Contains('k', StringComparison.Ordinal))
            ?? throw Error($"'{_text.Name}' has no shape.");
        m.Has(shapeText);
        var sizes = shapeText[2..].Split('n', 'k');
        var (rows, columns, depth) = (int.Parse(sizes[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(sizes[1], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(sizes[2], System.Globalization.CultureInfo.InvariantCulture));
        if (!m.Has(".row") || !m.Has(".col"))
        {
            throw Error($"'{_text.Name}': only .row.col is executed.");
        }

        var saturates = m.Has(".satfinite");
        var (d, a, b, c) = (m.Type(), m.Type(), m.Type(), m.Type());
        Operands(4);
        var shape = MmaShape.Find(rows, columns, depth, d, a, b, c) ?? throw Error($"'{_text.Name}' is not executed.");
        RequireArchitecture(a is PtxType.E4M3 or PtxType.E5M2 ? 89 : a == PtxType.F64 && rows == 16 ? 90 : 80);
        int[] Registers(int index, int count, PtxType type, bool isDestination)
        {
            var items = Operand(index) is VectorOperand vector ? vector.Items : [Operand(index)];
            return items.Length == count
                ? items.Select(item => isDestination ? Destination(item, type) : Source(item, type)).ToArray()
                : throw Error($"operand {index} of '{_text.Name}' has {items.Length} registers instead of {count}.");
        }

        var narrow = a == PtxType.F64 ? PtxType.F64 : PtxType.B32;
        var wide = a == PtxType.F64 ? PtxType.F64 : PtxType.B32;
        _i.Destinations = Registers(0, shape.AccumulatorRegisters(d), wide, true);
        var form = new MmaForm(shape, d, a, b, c, saturates, MmaRules.For(_architecture, a, shape),
            Registers(1, shape.RegistersOfA, narrow, false), Registers(2, shape.RegistersOfB, narrow, false), Registers(3, shape.AccumulatorRegisters(c), wide, false));
        _i.Data = form;
        _i.Execute = a == PtxType.F64 ? &MatrixProducts.Double : form.IsInteger ? &MatrixProducts.Integer : &MatrixProducts.Float;
    }
}
