using System.Globalization;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Tensor;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Products of matrices: <c>mma.sync</c>, dense and sparse, and <c>wmma</c>.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeMma(Modifiers m, bool isSparse)
    {
        var (rows, columns, depth) = Shape(m);
        var (aIsRow, bIsRow) = Layouts(m);
        var saturates = m.Has(".satfinite");
        var operation = BitOperation(m);
        var (d, a, b, c) = (m.Type(), m.Type(), m.Type(), m.Type());
        if ((rows, columns, depth, a, b) == (8, 8, 4, PtxType.F16, PtxType.F16))
        {
            DecodeQuadPairs(d, c, aIsRow, bIsRow);
            return;
        }

        if (!aIsRow || bIsRow)
        {
            throw Error($"'{_text.Name}': only .row.col is executed.");
        }

        Operands(isSparse ? 6 : 4);
        var shape = MmaShape.Find(rows, columns, depth, d, a, b, c, isSparse) ?? throw Error($"'{_text.Name}' is not executed.");
        RequireArchitecture(a is PtxType.E4M3 or PtxType.E5M2 ? 89 : a == PtxType.F64 && rows == 16 ? 90 : 80);
        SparseMetadata? metadata = null;
        if (isSparse)
        {
            var selector = Constant(Operand(5));
            metadata = selector >= 0 && selector <= SparseMetadata.Selectors(a, shape.Depth)
                ? new SparseMetadata(Source(4, PtxType.B32), (int)selector, a) : throw Error($"{selector} does not choose threads with metadata for '{_text.Name}'.");
        }

        FinishProduct(shape, d, a, b, c, saturates, operation, shape.RegistersOfA, shape.RegistersOfB, metadata);
    }

    private void DecodeWmma(Modifiers m)
    {
        var part = m.One(".load", ".store", ".mma") ?? throw Error($"'{_text.Name}' is not executed.");
        var role = part == ".mma" ? ".d" : m.One(".a", ".b", ".c", ".d") ?? throw Error($"'{_text.Name}' names no fragment.");
        var operation = BitOperation(m);
        if (!m.Has(".sync") || !m.Has(".aligned"))
        {
            throw Error($"'{_text.Name}' needs .sync.aligned.");
        }

        var (rows, columns, depth) = Shape(m);
        if (part == ".mma")
        {
            Layouts(m);
            DecodeWmmaProduct(m, rows, columns, depth, operation);
            return;
        }

        var isStore = part == ".store";
        _i.Class = isStore ? InstructionClass.Store : InstructionClass.Load;
        var isRow = m.One(".row", ".col") switch { ".row" => true, ".col" => false, _ => throw Error($"'{_text.Name}' needs .row or .col.") };
        var space = Space(m);
        var type = m.Type();
        var isAccumulator = role is ".c" or ".d";
        var shape = MmaShape.FindWmma(rows, columns, depth, isAccumulator ? OperandOf(depth, type) : type);
        if (shape is null || isStore != (role == ".d") || (isAccumulator && type is not (PtxType.F16 or PtxType.F32 or PtxType.S32 or PtxType.F64)))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        RequireArchitecture(70);
        Operands(2, 3);
        var stride = _text.Operands.Length == 3 ? Source(2, PtxType.U32) : -1;
        var form = new FragmentForm(shape, role switch { ".a" => FragmentRole.A, ".b" => FragmentRole.B, _ => FragmentRole.Accumulator }, type, isRow, stride);
        Address(Operand(isStore ? 0 : 1), ref space);
        _i.Space = space;
        _i.Data = form;
        _i.Width = 16;
        var word = type == PtxType.F64 ? PtxType.F64 : PtxType.B32;
        if (isStore)
        {
            _i.Sources = Registers(1, form.Registers, word, false);
            _i.Execute = &FragmentMoves.Store;
        }
        else
        {
            _i.Destinations = Registers(0, form.Registers, word, true);
            _i.Execute = &FragmentMoves.Load;
        }
    }

    private void DecodeWmmaProduct(Modifiers m, int rows, int columns, int depth, string? operation)
    {
        var saturates = m.Has(".satfinite");
        var (d, second) = (m.Type(), m.Type());
        var (a, b, c) = (PtxType.F16, PtxType.F16, second);
        if (m.Left.Count > 0 && PtxTypes.TryParse(m.Left[0], out _))
        {
            (a, b, c) = (second, m.Type(), m.Type());
        }

        m.Skip(".rn");
        Operands(4);
        var shape = MmaShape.FindWmma(rows, columns, depth, a);
        if (shape is null || MmaShape.ItemsOf(a) != MmaShape.ItemsOf(b) || !(a switch
        {
            PtxType.F16 => d is PtxType.F16 or PtxType.F32 && c is PtxType.F16 or PtxType.F32,
            PtxType.BF16 or PtxType.TF32 => (b, c, d) == (a, PtxType.F32, PtxType.F32),
            PtxType.F64 => (b, c, d) == (a, a, a),
            _ => (c, d) == (PtxType.S32, PtxType.S32),
        }))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        FinishProduct(shape, d, a, b, c, saturates, operation, a == PtxType.F16 ? 8 : shape.RegistersOfA, a == PtxType.F16 ? 8 : shape.RegistersOfB, null);
    }

    private void FinishProduct(
        MmaShape shape, PtxType d, PtxType a, PtxType b, PtxType c, bool saturates, string? operation, int registersOfA, int registersOfB, SparseMetadata? metadata)
    {
        var word = a == PtxType.F64 ? PtxType.F64 : PtxType.B32;
        _i.Class = InstructionClass.Tensor;
        var sources = (Registers(1, registersOfA, word, false), Registers(2, registersOfB, word, false), Registers(3, shape.AccumulatorRegisters(c), word, false));
        _i.Destinations = Registers(0, shape.AccumulatorRegisters(d), word, true);
        var form = new MmaForm(shape, d, a, b, c, saturates, MmaRules.For(_architecture, a, shape.Depth), sources.Item1, sources.Item2, sources.Item3, metadata);
        _i.Data = form;
        _i.Option = operation == ".and" ? 1 : 0;
        if ((a == PtxType.B1) != (operation is not null))
        {
            throw Error($"'{_text.Name}': products of bits, and only these, need .xor.popc or .and.popc.");
        }

        _i.Execute = a switch { PtxType.F64 => &MatrixProducts.Double, PtxType.B1 => &MatrixProducts.Bits, _ => form.IsInteger ? &MatrixProducts.Integer : &MatrixProducts.Float };
    }

    private void DecodeQuadPairs(PtxType d, PtxType c, bool aIsRow, bool bIsRow)
    {
        Operands(4);
        if (d is not (PtxType.F16 or PtxType.F32) || c is not (PtxType.F16 or PtxType.F32) || (d, c) is (PtxType.F16, PtxType.F32))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        var sources = (Registers(1, 2, PtxType.B32, false), Registers(2, 2, PtxType.B32, false), Registers(3, c == PtxType.F16 ? 4 : 8, PtxType.B32, false));
        _i.Destinations = Registers(0, d == PtxType.F16 ? 4 : 8, PtxType.B32, true);
        _i.Data = new QuadPairForm(d, c, aIsRow, bIsRow, MmaRules.For(_architecture, PtxType.F16, 4), sources.Item1, sources.Item2, sources.Item3);
        _i.Execute = &QuadPairProducts.Run;
    }

    private (int Rows, int Columns, int Depth) Shape(Modifiers m)
    {
        var text = m.Left.FirstOrDefault(l => l.StartsWith(".m", StringComparison.Ordinal) && l.Contains('n', StringComparison.Ordinal) && l.Contains('k', StringComparison.Ordinal))
            ?? throw Error($"'{_text.Name}' has no shape.");
        m.Has(text);
        var sizes = text[2..].Split('n', 'k');
        return sizes.Length == 3 && int.TryParse(sizes[0], CultureInfo.InvariantCulture, out var rows) && int.TryParse(sizes[1], CultureInfo.InvariantCulture, out var columns)
            && int.TryParse(sizes[2], CultureInfo.InvariantCulture, out var depth) ? (rows, columns, depth) : throw Error($"'{text}' is not a shape.");
    }

    /// <summary>The layouts of A and B, in their order.</summary>
    private (bool AIsRow, bool BIsRow) Layouts(Modifiers m)
    {
        var first = m.Left.FirstOrDefault(l => l is ".row" or ".col") ?? throw Error($"'{_text.Name}' needs the layouts of A and B.");
        m.Has(first);
        var second = m.Left.FirstOrDefault(l => l is ".row" or ".col") ?? throw Error($"'{_text.Name}' needs the layouts of A and B.");
        m.Has(second);
        return (first == ".row", second == ".row");
    }

    private static string? BitOperation(Modifiers m)
    {
        var operation = m.One(".xor", ".and");
        m.Skip(".popc");
        return operation;
    }

    /// <summary>An operand type whose products have accumulators of a type; how these lie depends on the sizes only.</summary>
    private static PtxType OperandOf(int depth, PtxType type) => (depth, type) switch
    {
        (8, PtxType.F32) => PtxType.TF32, (_, PtxType.F64) => PtxType.F64, (32, PtxType.S32) => PtxType.S4, (128, PtxType.S32) => PtxType.B1, (_, PtxType.S32) => PtxType.S8, _ => PtxType.F16,
    };

    private int[] Registers(int index, int count, PtxType type, bool isDestination)
    {
        var items = Operand(index) is VectorOperand vector ? vector.Items : [Operand(index)];
        return items.Length == count
            ? items.Select(item => isDestination ? Destination(item, type) : Source(item, type)).ToArray()
            : throw Error($"operand {index} of '{_text.Name}' has {items.Length} registers instead of {count}.");
    }
}
