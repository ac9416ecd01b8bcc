using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>From operands to slots.</summary>
internal sealed unsafe partial class Decoder
{
    private static readonly HashSet<string> s_specials = new(
        ["%tid", "%ntid", "%ctaid", "%nctaid", "%clusterid", "%nclusterid", "%cluster_ctaid", "%cluster_nctaid"], StringComparer.Ordinal);

    private static readonly HashSet<string> s_scalarSpecials = new(
        [
            "%laneid", "%warpid", "%nwarpid", "%lanemask_eq", "%lanemask_lt", "%lanemask_le", "%lanemask_gt", "%lanemask_ge", "%smid", "%nsmid", "%gridid",
            "%dynamic_smem_size", "%total_smem_size", "%aggr_smem_size", "%reserved_smem_offset_begin", "%reserved_smem_offset_end", "%reserved_smem_offset_cap", "%reserved_smem_offset_0", "%reserved_smem_offset_1", "%current_graph_exec",
            .. Enumerable.Range(0, 32).Select(k => $"%envreg{k}"), .. Enumerable.Range(0, 8).SelectMany(k => (string[])[$"%pm{k}", $"%pm{k}_64"]), "%cluster_ctarank", "%cluster_nctarank", "%is_explicit_cluster",
        ],
        StringComparer.Ordinal);

    private PtxOperand Operand(int index) => index < _text.Operands.Length ? _text.Operands[index] : throw Error($"'{_text.Name}' has too few operands.");

    private void Operands(params ReadOnlySpan<int> counts)
    {
        if (!counts.Contains(_text.Operands.Length))
        {
            throw Error($"'{_text.Name}' has {_text.Operands.Length} operands, which is not what it takes.");
        }
    }

    private (int Slot, PtxType Type, int Number) Register(string name)
        => _scope.Registers.TryGetValue(name, out var known) ? known : throw Error($"the register '{name.Split('@')[0]}' is not declared.");

    /// <summary>The slot that an operand is read from as a type.</summary>
    private int Source(PtxOperand operand, PtxType type, bool anySize = false)
    {
        switch (operand)
        {
            case RegisterOperand register when Special(register.Name) is { } special:
                if (type.Size() != 4 && !anySize)
                {
                    return special.IsWide(type.Size(), this);
                }

                return special.Slot;
            case RegisterOperand register:
                var known = Register(register.Name);
                if (!anySize && !SizesMatch(known.Type, type))
                {
                    throw Error($"the register '{register.Name.Split('@')[0]}' of type .{known.Type.Name()} is read as .{type.Name()}.");
                }

                _reads.Add(known.Number);
                return known.Slot;
            case NumberOperand number:
                return _frame.Constant(Bits(number, type), type == PtxType.Pred ? 0 : Math.Max(type.Size(), 2));
            case SymbolOperand symbol:
                return SymbolAddress(symbol, type.Size());
            case SinkOperand:
                throw Error("'_' is not a source.");
            default:
                throw Error($"an operand of '{_text.Name}' is of a kind that it does not take.");
        }
    }

    private int Source(int index, PtxType type, bool anySize = false) => Source(Operand(index), type, anySize);

    /// <summary>The slot that a type is written to; -1 for <c>_</c>.</summary>
    private int Destination(PtxOperand operand, PtxType type, bool anySize = false)
    {
        if (operand is SinkOperand)
        {
            return type == PtxType.Pred ? -1 : SinkSlot();
        }

        if (operand is not RegisterOperand register || Special(register.Name) is not null)
        {
            throw Error($"the result of '{_text.Name}' must go to a register.");
        }

        var known = Register(register.Name);
        if (!anySize && !SizesMatch(known.Type, type))
        {
            throw Error($"the register '{register.Name.Split('@')[0]}' of type .{known.Type.Name()} is written as .{type.Name()}.");
        }

        _writes.Add(known.Number);
        return known.Slot;
    }

    private int Destination(int index, PtxType type, bool anySize = false) => Destination(Operand(index), type, anySize);

    private int _sink = -1;


    private int SinkSlot() => _sink >= 0 ? _sink : _sink = _frame.LateSlot();

    private static bool SizesMatch(PtxType register, PtxType type)
        => register == PtxType.Pred || type == PtxType.Pred ? register == type : Math.Max(register.Size(), 2) == Math.Max(type.Size(), 2);

    /// <summary>The size of a register's slot for a lane: 2, 4 or 8.</summary>
    private int SizeOf(PtxOperand operand) => operand switch
    {
        RegisterOperand register when Special(register.Name) is not null => 4,
        RegisterOperand register => Math.Max(Register(register.Name).Type.Size(), 2),
        _ => 0,
    };

    /// <summary>A predicate that is read; a negated one has its own flag.</summary>
    private int Predicate(PtxOperand operand, out bool isNegated)
    {
        isNegated = operand is NegatedOperand;
        return Source(operand is NegatedOperand negated ? negated.Value : operand, PtxType.Pred);
    }

    private ulong Bits(NumberOperand number, PtxType type) => (number.Kind, type) switch
    {
        (TokenKind.Float32, PtxType.F64) => BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle((uint)number.Bits)),
        (TokenKind.Float64, PtxType.F32) => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(number.Bits)),
        (TokenKind.Integer, PtxType.F32) => BitConverter.SingleToUInt32Bits((long)number.Bits),
        (TokenKind.Integer, PtxType.F64) => BitConverter.DoubleToUInt64Bits((long)number.Bits),
        (_, PtxType.Pred) => number.Bits != 0 ? 1UL : 0,
        _ => number.Bits,
    };

    private long Constant(PtxOperand operand)
        => operand is NumberOperand { Kind: TokenKind.Integer } number ? (long)number.Bits : throw Error($"'{_text.Name}' needs a constant here.");

    private SpecialSlot? Special(string name)
    {
        if (name[0] != '%' || _scope.Registers.ContainsKey(name))
        {
            return null;
        }

        var point = name.IndexOf('.', StringComparison.Ordinal);
        if (point > 0 ? s_specials.Contains(name[..point]) : s_scalarSpecials.Contains(name))
        {
            return new SpecialSlot(_frame.Special(name));
        }

        return null;
    }

    private int SymbolAddress(SymbolOperand symbol, int size)
    {
        var (space, address) = Variable(symbol.Name);
        if (space == StateSpace.Shared && _dynamicNames.Contains(symbol.Name))
        {
            var slot = _frame.LateSlot();
            var wide = size == 8 ? slot : -slot;
            _dynamicUses.Add((_i, false, wide, symbol.Name, symbol.Offset));
            return slot;
        }

        if (space == StateSpace.Local && _scope.FramePointer >= 0)
        {
            return LocalAddress(address + symbol.Offset, size);
        }

        return _frame.Constant((ulong)(address + symbol.Offset), size);
    }

    /// <summary>The space and address of a variable.</summary>
    private (StateSpace Space, long Address) Variable(string name)
    {
        if (_scope.Variables.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_moduleLocals.TryGetValue(name, out var local))
        {
            return _scope.FramePointer < 0 ? (StateSpace.Local, local) : throw Error($"'{name}', a local variable of the module, is not executed in a function with a stack.");
        }

        if (_sharedOffsets.TryGetValue(name, out var offset))
        {
            return (StateSpace.Shared, offset);
        }

        if (_scope.IsEntry && _parameterOffsets.TryGetValue(name, out var parameter))
        {
            return (StateSpace.Param, parameter);
        }

        if (_globals(name) is { } address)
        {
            return (StateSpace.Global, (long)address);
        }

        if (FunctionAddress(name) is { } function)
        {
            return (StateSpace.None, (long)function);
        }

        throw Error($"'{name.Split('@')[0]}' is not declared, or is of a kind whose address cannot be taken.");
    }

    private readonly Dictionary<string, int> _moduleLocals = new(StringComparer.Ordinal);

    private readonly record struct SpecialSlot(int Slot)
    {
        public int IsWide(int size, Decoder decoder) => size switch
        {
            8 or 2 => throw decoder.Error("this special register has 32 bits."),
            _ => Slot,
        };
    }
}
