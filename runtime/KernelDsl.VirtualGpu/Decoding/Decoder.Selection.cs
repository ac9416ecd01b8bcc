using System.Numerics;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Comparisons and what they select.</summary>
internal sealed unsafe partial class Decoder
{
    private static readonly string[] s_comparisons =
        [".eq", ".ne", ".lt", ".le", ".gt", ".ge", ".lo", ".ls", ".hi", ".hs", ".equ", ".neu", ".ltu", ".leu", ".gtu", ".geu", ".num", ".nan"];

    private void DecodeSelection(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Integer;
        switch (opcode)
        {
            case "setp":
                DecodeSetPredicate(m);
                break;
            case "set":
                DecodeSet(m);
                break;
            case "selp":
                var type = m.Type();
                Operands(4);
                _i.D = Destination(0, type);
                _i.A = Source(1, type);
                _i.B = Source(2, type);
                _i.C = Predicate(Operand(3), out var negated);
                if (negated)
                {
                    (_i.A, _i.B) = (_i.B, _i.A);
                }

                _i.Execute = type.Size() switch { 2 => &Lanes.Select<ushort>, 4 => &Lanes.Select<uint>, 8 => &Lanes.Select<ulong>, _ => throw Error($"'{_text.Name}' is not executed.") };
                break;
            case "slct":
                m.Has(".ftz");
                var chosen = m.Type();
                var condition = m.Type();
                Ternary(chosen, chosen, condition, chosen);
                _i.Width = chosen.Size();
                _i.Option = condition == PtxType.F32 ? 1 : 0;
                _i.Execute = &SelectionHandlers.SelectBySign;
                break;
            default:
                var property = m.One(".finite", ".infinite", ".number", ".notanumber", ".normal", ".subnormal") ?? throw Error($"'{_text.Name}' is not executed.");
                var tested = m.Type();
                Operands(2);
                _i.D = Destination(0, PtxType.Pred);
                _i.A = Source(1, tested);
                _i.Width = tested.Size();
                _i.Data = property;
                _i.Execute = &SelectionHandlers.Test;
                break;
        }
    }

    private void DecodeSetPredicate(Modifiers m)
    {
        var comparison = m.One(s_comparisons) ?? throw Error($"'{_text.Name}' has no comparison.");
        var combine = m.One(".and", ".or", ".xor");
        var ftz = m.Has(".ftz");
        var type = m.Type();
        Operands(combine is null ? 3 : 4);
        _i.Option = combine switch { ".and" => 1, ".or" => 2, ".xor" => 3, _ => 0 };
        if (Operand(0) is PairOperand pair)
        {
            _i.D = Destination(pair.First, PtxType.Pred);
            _i.D2 = Destination(pair.Second, PtxType.Pred);
        }
        else
        {
            _i.D = Destination(0, PtxType.Pred);
        }

        _i.A = Source(1, type);
        _i.B = Source(2, type);
        if (combine is not null)
        {
            _i.C = Predicate(Operand(3), out var negated);
            _i.Option2 = negated ? 1 : 0;
        }

        if (type is PtxType.F16 or PtxType.F16X2 or PtxType.BF16 or PtxType.BF16X2)
        {
            _i.Data = new HalfComparison(comparison, type is PtxType.BF16 or PtxType.BF16X2, type is PtxType.F16X2 or PtxType.BF16X2, ftz);
            _i.Execute = &SelectionHandlers.CompareHalf;
            return;
        }

        _i.Execute = Comparison(comparison, type, ftz);
    }

    private Handler Comparison(string comparison, PtxType type, bool ftz) => type switch
    {
        PtxType.B16 or PtxType.U16 => Comparison<ushort>(comparison),
        PtxType.B32 or PtxType.U32 => Comparison<uint>(comparison),
        PtxType.B64 or PtxType.U64 => Comparison<ulong>(comparison),
        PtxType.S16 => Comparison<short>(comparison),
        PtxType.S32 => Comparison<int>(comparison),
        PtxType.S64 => Comparison<long>(comparison),
        PtxType.F32 => ftz ? Flushed(comparison) : Comparison<float>(comparison),
        PtxType.F64 => Comparison<double>(comparison),
        _ => throw Error($"'{_text.Name}' is not executed."),
    };

    private static Handler Comparison<T>(string comparison)
        where T : unmanaged, INumber<T>
        => comparison switch
        {
            ".eq" => &Lanes.Compare<T, IsEqual<T>>,
            ".ne" => &Lanes.Compare<T, IsNotEqual<T>>,
            ".lt" or ".lo" => &Lanes.Compare<T, IsLess<T>>,
            ".le" or ".ls" => &Lanes.Compare<T, IsLessOrEqual<T>>,
            ".gt" or ".hi" => &Lanes.Compare<T, IsGreater<T>>,
            ".ge" or ".hs" => &Lanes.Compare<T, IsGreaterOrEqual<T>>,
            ".neu" => &Lanes.Compare<T, IsNot<T, IsEqual<T>>>,
            ".equ" => &Lanes.Compare<T, IsNot<T, IsNotEqual<T>>>,
            ".geu" => &Lanes.Compare<T, IsNot<T, IsLess<T>>>,
            ".gtu" => &Lanes.Compare<T, IsNot<T, IsLessOrEqual<T>>>,
            ".leu" => &Lanes.Compare<T, IsNot<T, IsGreater<T>>>,
            ".ltu" => &Lanes.Compare<T, IsNot<T, IsGreaterOrEqual<T>>>,
            ".num" => &Lanes.Compare<T, IsOrdered<T>>,
            _ => &Lanes.Compare<T, IsNot<T, IsOrdered<T>>>,
        };

    private static Handler Flushed(string comparison) => comparison switch
    {
        ".eq" => &Lanes.Compare<float, FlushedComparison<IsEqual<float>>>,
        ".ne" => &Lanes.Compare<float, FlushedComparison<IsNotEqual<float>>>,
        ".lt" => &Lanes.Compare<float, FlushedComparison<IsLess<float>>>,
        ".le" => &Lanes.Compare<float, FlushedComparison<IsLessOrEqual<float>>>,
        ".gt" => &Lanes.Compare<float, FlushedComparison<IsGreater<float>>>,
        ".ge" => &Lanes.Compare<float, FlushedComparison<IsGreaterOrEqual<float>>>,
        ".neu" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsEqual<float>>>>,
        ".equ" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsNotEqual<float>>>>,
        ".geu" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsLess<float>>>>,
        ".gtu" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsLessOrEqual<float>>>>,
        ".leu" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsGreater<float>>>>,
        ".ltu" => &Lanes.Compare<float, FlushedComparison<IsNot<float, IsGreaterOrEqual<float>>>>,
        ".num" => &Lanes.Compare<float, IsOrdered<float>>,
        _ => &Lanes.Compare<float, IsNot<float, IsOrdered<float>>>,
    };

    /// <summary><c>set</c> is a comparison into a predicate of the frame, and a choice between all ones or 1.0 and zero.</summary>
    private void DecodeSet(Modifiers m)
    {
        var comparison = m.One(s_comparisons) ?? throw Error($"'{_text.Name}' has no comparison.");
        var combine = m.One(".and", ".or", ".xor");
        var ftz = m.Has(".ftz");
        var result = m.Type();
        var type = result is PtxType.F16X2 or PtxType.BF16X2 && m.Left.Count == 0 ? result : m.Type();
        Operands(combine is null ? 3 : 4);
        var isPacked = type is PtxType.F16X2 or PtxType.BF16X2;
        var register = result is PtxType.F16 or PtxType.BF16 or PtxType.U16 or PtxType.S16 ? PtxType.B16 : PtxType.B32;
        var compare = new Instruction
        {
            Text = _text, A = Source(1, type), B = Source(2, type), D = _frame.Add(PtxType.Pred), D2 = isPacked ? _frame.Add(PtxType.Pred) : -1,
            Option = combine switch { ".and" => 1, ".or" => 2, ".xor" => 3, _ => 0 },
        };
        if (combine is not null)
        {
            compare.C = Predicate(Operand(3), out var negated);
            compare.Option2 = negated ? 1 : 0;
        }

        if (type is PtxType.F16 or PtxType.F16X2 or PtxType.BF16 or PtxType.BF16X2)
        {
            compare.Data = new HalfComparison(comparison, type is PtxType.BF16 or PtxType.BF16X2, isPacked, ftz);
            compare.Execute = &SelectionHandlers.CompareHalf;
        }
        else
        {
            compare.Execute = Comparison(comparison, type, ftz);
        }

        _i.D = Destination(0, register);
        _i.Width = isPacked ? 0 : register.Size();
        var one = result switch { PtxType.F32 => 0x3f800000, PtxType.F16 or PtxType.F16X2 => 0x3c00, PtxType.BF16 or PtxType.BF16X2 => 0x3f80, _ => -1 };
        _i.Option = isPacked ? one & 0xffff : one;
        _i.Data = compare;
        _i.Execute = &SelectionHandlers.Set;
    }
}
