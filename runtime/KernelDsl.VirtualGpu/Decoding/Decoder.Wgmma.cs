using System.Globalization;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;
using KernelDsl.VirtualGpu.Warpgroup;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Products of a warpgroup.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeWgmma(Modifiers m)
    {
        RequireAccelerated();
        _usesAsync = true;
        var action = m.One(".mma_async", ".fence", ".commit_group", ".wait_group") ?? throw Error($"'{_text.Name}' is not executed.");
        _i.Class = InstructionClass.Tensor;
        _i.Flow = Flow.Aligned;
        _i.IsAligned = true;
        if (m.Has(".sp"))
        {
            throw Error($"'{_text.Name}': sparse products of a warpgroup are not executed.");
        }

        if (!m.Has(".sync") || !m.Has(".aligned"))
        {
            throw Error($"'{_text.Name}' needs .sync.aligned.");
        }

        switch (action)
        {
            case ".fence":
                Operands(0);
                _i.Data = WgmmaStep.Fence;
                _i.Execute = &WarpgroupHandlers.Fence;
                break;
            case ".commit_group":
                Operands(0);
                _i.Data = WgmmaStep.Commit;
                _i.Execute = &WarpgroupHandlers.Commit;
                break;
            case ".wait_group":
                Operands(1);
                _i.Option = (int)Math.Clamp(Constant(Operand(0)), 0, 1 << 20);
                _i.Data = WgmmaStep.Wait;
                _i.Execute = &WarpgroupHandlers.Wait;
                break;
            default:
                DecodeWgmmaProduct(m);
                break;
        }
    }

    private void DecodeWgmmaProduct(Modifiers m)
    {
        var shape = m.Left.FirstOrDefault(l => l.StartsWith(".m64n", StringComparison.Ordinal)) ?? throw Error($"'{_text.Name}' has no shape.");
        m.Has(shape);
        var sizes = shape[5..].Split('k');
        var columns = int.Parse(sizes[0], CultureInfo.InvariantCulture);
        var saturates = m.Has(".satfinite");
        var (d, a, b) = (m.Type(), m.Type(), m.Type());
        var isBinary = a == PtxType.B1;
        if (isBinary && (!m.Has(".and") || !m.Has(".popc")))
        {
            throw Error($"'{_text.Name}' needs .and.popc.");
        }

        var depth = (d, a, b) switch
        {
            (PtxType.F16 or PtxType.F32, PtxType.F16, PtxType.F16) or (PtxType.F32, PtxType.BF16, PtxType.BF16) => 16,
            (PtxType.F32, PtxType.TF32, PtxType.TF32) => 8,
            (PtxType.F16 or PtxType.F32, PtxType.E4M3 or PtxType.E5M2, PtxType.E4M3 or PtxType.E5M2) => 32,
            (PtxType.S32, PtxType.S8 or PtxType.U8, PtxType.S8 or PtxType.U8) => 32,
            (PtxType.S32, PtxType.B1, PtxType.B1) => 256,
            _ => throw Error($"'{_text.Name}' is not a product that PTX has."),
        };
        var isInteger = d == PtxType.S32;
        var isColumnCount = columns is >= 8 and <= 256 && columns % 8 == 0 && (!isInteger || columns is 8 or 24 || columns % 16 == 0);
        if (sizes[1] != depth.ToString(CultureInfo.InvariantCulture) || !isColumnCount || (saturates && (!isInteger || isBinary)))
        {
            throw Error($"'{_text.Name}' is not a product that PTX has.");
        }

        var hasTransposition = depth == 16;
        var isFromRegisters = Operand(1) is VectorOperand;
        Operands(4 + (isInteger ? 0 : 2) + (hasTransposition ? isFromRegisters ? 1 : 2 : 0));
        if (Operand(0) is not VectorOperand { Items: var accumulators } || accumulators.Length != columns / (d == PtxType.F16 ? 4 : 2))
        {
            throw Error($"'{_text.Name}' needs {columns / (d == PtxType.F16 ? 4 : 2)} accumulators.");
        }

        // Accumulators are read too; whether they are is known only from the predicate, so that reads before a write are left to what comes behind.
        var slots = accumulators.Select(item => Destination(item, d == PtxType.F16 ? PtxType.B32 : d)).ToArray();
        var numbers = Numbers(accumulators);
        int[]? registers = null;
        int[] numbersOfA = [];
        var slotOfA = -1;
        if (isFromRegisters)
        {
            var items = ((VectorOperand)Operand(1)).Items;
            if (items.Length != 4)
            {
                throw Error($"A of '{_text.Name}' has 4 registers.");
            }

            registers = items.Select(item => Source(item, PtxType.B32)).ToArray();
            numbersOfA = Numbers(items);
        }
        else
        {
            slotOfA = Source(1, PtxType.B64);
        }

        var slotOfB = Source(2, PtxType.B64);
        var scale = Predicate(Operand(3), out var negated);
        bool Negates(int at) => Constant(Operand(at)) switch { 1 => false, -1 => true, var other => throw Error($"a scale of '{_text.Name}' is 1 or -1; here it is {other}.") };
        bool Transposes(int at) => Constant(Operand(at)) switch { 0 => false, 1 => true, var other => throw Error($"a transposition of '{_text.Name}' is 0 or 1; here it is {other}.") };
        _i.Data = new WgmmaForm(
            columns, d, a, b, slots, registers, slotOfA, slotOfB, scale, negated,
            !isInteger && Negates(4), !isInteger && Negates(5), hasTransposition && !isFromRegisters && Transposes(6), hasTransposition && Transposes(isFromRegisters ? 6 : 7),
            saturates, numbers, numbersOfA);
        _i.Execute = &WgmmaProducts.Run;
    }

    private int[] Numbers(ImmutableArray<PtxOperand> items) => items.OfType<RegisterOperand>().Select(item => Register(item.Name).Number).ToArray();
}
