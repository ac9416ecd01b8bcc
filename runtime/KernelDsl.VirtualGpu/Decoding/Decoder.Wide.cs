using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Registers of 128 bits, which lie as two slots of 64 bits, and atomics on several values.</summary>
internal sealed unsafe partial class Decoder
{
    private static int[] Halves(int slot) => [slot, slot + 256];

    private void Move128(int[] from, int[] to)
    {
        _i.Class = InstructionClass.Move;
        _i.Width = 8;
        (_i.Sources, _i.Destinations) = (from, to);
        _i.Execute = &Builtins.MoveParts;
    }

    private void DecodePack128(bool isPack, ImmutableArray<PtxOperand> items)
    {
        if (items.Length != 2)
        {
            throw Error($"'{_text.Name}' with {items.Length} parts is not executed.");
        }

        if (isPack)
        {
            Move128(items.Select(item => Source(item, PtxType.B64)).ToArray(), Halves(Destination(0, PtxType.B128)));
        }
        else
        {
            Move128(Halves(Source(1, PtxType.B128)), items.Select(item => item is SinkOperand ? -1 : Destination(item, PtxType.B64)).ToArray());
        }
    }

    private void DecodeLoadStore128(StateSpace space, PtxOperand value, bool isStore)
    {
        _i.Space = space;
        _i.Width = 8;
        _i.Option = 8;
        _i.Class = isStore ? InstructionClass.Store : InstructionClass.Load;
        if (isStore)
        {
            _i.Sources = Halves(Source(value, PtxType.B128));
            _i.Execute = &LoadStore.Store;
        }
        else
        {
            _i.Destinations = Halves(Destination(value, PtxType.B128));
            _i.Execute = space == StateSpace.Param && _i.A < 0 ? throw Error($"'{_text.Name}' is not executed.") : &LoadStore.Load;
        }
    }

    private void DecodeWideAtomic(bool isReduction, string operation, PtxType type, int count, StateSpace space, int hint)
    {
        RequireArchitecture(90);
        var is128 = type == PtxType.B128;
        var bytes = type.Size() * count;
        if (is128 ? operation is not (".exch" or ".cas") || count != 1 || isReduction
            : bytes > 16 || (type == PtxType.F32 ? operation != ".add" : operation is not (".add" or ".min" or ".max") || type is not (PtxType.F16 or PtxType.BF16 or PtxType.F16X2 or PtxType.BF16X2)))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        var at = isReduction ? 0 : 1;
        Operands(at + hint + (operation == ".cas" ? 3 : 2));
        Address(Operand(at), ref space);
        int[] Values(int index, bool isDestination) => is128
            ? Halves(isDestination ? Destination(index, type) : Source(index, type))
            : Operand(index) is VectorOperand { Items: var items } && items.Length == count
                ? items.Select(item => isDestination ? Destination(item, type) : Source(item, type)).ToArray()
                : throw Error($"'{_text.Name}' needs {count} values in braces.");
        _i.Destinations = isReduction || Operand(0) is SinkOperand ? [] : Values(0, true);
        _i.Sources = operation == ".cas" ? [.. Values(at + 1, false), .. Values(at + 2, false)] : Values(at + 1, false);
        _i.Space = space;
        _i.Width = bytes;
        _i.Class = InstructionClass.Atomic;
        _i.Data = new AtomicForm(operation, type);
        _i.Execute = &WideAtomics.Run;
    }
}
