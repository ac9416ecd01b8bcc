using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Barriers and operations of a warp. The member mask is always operand C.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeBarrier(Modifiers m)
    {
        _i.Class = InstructionClass.Barrier;
        if (m.Has(".warp"))
        {
            m.Skip(".sync");
            Operands(1);
            _i.Flow = Flow.WarpSync;
            _i.C = Source(0, PtxType.U32);
            _i.Execute = &WarpHandlers.Synchronise;
            return;
        }

        if (m.Has(".cluster"))
        {
            DecodeClusterBarrier(m);
            return;
        }

        m.Skip(".cta");
        var aligned = m.Has(".aligned") || _text.Opcode == "bar";
        var kind = m.One(".sync", ".arrive", ".red") ?? throw Error($"'{_text.Name}' is not executed.");
        _i.Flow = Flow.Barrier;
        var first = 0;
        var reduction = BarrierReduction.None;
        if (kind == ".red")
        {
            var operation = m.One(".popc", ".and", ".or");
            var type = m.Type();
            reduction = operation switch { ".popc" => BarrierReduction.Popc, ".and" => BarrierReduction.And, ".or" => BarrierReduction.Or, _ => throw Error($"'{_text.Name}' is not executed.") };
            _i.D = Destination(0, type);
            first = 1;
        }

        var rest = _text.Operands.Length - first - (kind == ".red" ? 1 : 0);
        if (rest is not (1 or 2) || (kind == ".arrive" && rest != 2))
        {
            throw Error($"'{_text.Name}' has {_text.Operands.Length} operands, which is not what it takes.");
        }

        _i.A = Source(first, PtxType.U32);
        _i.B = rest == 2 ? Source(first + 1, PtxType.U32) : -1;
        if (kind == ".red")
        {
            _i.Option = Predicate(Operand(first + rest), out var negated);
            _i.Option2 = negated ? 1 : 0;
        }

        _i.IsAligned = aligned;
        _i.Data = new BarrierForm(aligned, kind == ".arrive", rest == 2, reduction);
    }

    private void DecodeWarp(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Warp;
        if (opcode == "activemask")
        {
            m.Type();
            Operands(1);
            _i.D = Destination(0, PtxType.B32);
            _i.Execute = &WarpHandlers.ActiveMask;
            return;
        }

        if (!m.Has(".sync"))
        {
            DecodeOldWarp(opcode, m);
            return;
        }

        _i.Flow = Flow.WarpSync;
        switch (opcode)
        {
            case "shfl":
                _i.Option = m.One(".up", ".down", ".bfly", ".idx") switch { ".up" => 0, ".down" => 1, ".bfly" => 2, ".idx" => 3, _ => throw Error($"'{_text.Name}' is not executed.") };
                m.Type();
                Operands(5);
                Results(PtxType.B32);
                _i.A = Source(1, PtxType.B32);
                _i.B = Source(2, PtxType.B32);
                _i.Sources = [Source(3, PtxType.B32)];
                _i.C = Source(4, PtxType.B32);
                _i.Execute = &WarpHandlers.Shuffle;
                break;
            case "vote":
                var mode = m.One(".all", ".any", ".uni", ".ballot");
                var result = m.Type();
                Operands(3);
                _i.D = Destination(0, result);
                _i.A = Predicate(Operand(1), out var negated);
                _i.Option2 = negated ? 1 : 0;
                _i.C = Source(2, PtxType.B32);
                _i.Option = mode switch { ".all" => 0, ".any" => 1, ".uni" => 2, ".ballot" => 3, _ => throw Error($"'{_text.Name}' is not executed.") };
                _i.IsPredicateSource = true;
                _i.Execute = &WarpHandlers.Vote;
                break;
            case "match":
                _i.Option = m.One(".any", ".all") == ".all" ? 1 : 0;
                var matched = m.Type();
                Operands(3);
                Results(PtxType.B32);
                _i.A = Source(1, matched);
                _i.Width = matched.Size();
                _i.C = Source(2, PtxType.B32);
                _i.IsPredicateSource = matched.Size() == 8;
                _i.Execute = &WarpHandlers.Match;
                break;
            case "redux":
                var operation = m.One(".add", ".min", ".max", ".and", ".or", ".xor");
                var type = m.Type();
                Operands(3);
                _i.D = Destination(0, type);
                _i.A = Source(1, type);
                _i.C = Source(2, PtxType.B32);
                _i.Option = type.IsSigned() ? 1 : 0;
                _i.Data = operation ?? throw Error($"'{_text.Name}' is not executed.");
                _i.Execute = &WarpHandlers.Reduce;
                break;
            default:
                RequireArchitecture(90);
                Operands(2);
                Results(PtxType.B32);
                _i.C = Source(1, PtxType.B32);
                _i.A = _i.C;
                _i.Execute = &WarpHandlers.Elect;
                break;
        }
    }

    /// <summary>Before sm_70 the threads that run together take part, without a mask.</summary>
    private void DecodeOldWarp(string opcode, Modifiers m)
    {
        if (opcode is not ("vote" or "shfl") || ArchitectureNumber(_module.Target) is 0 or >= 70)
        {
            throw Error($"'{_text.Name}' without .sync is not executed; sm_70 and later do not have it.");
        }

        if (opcode == "shfl")
        {
            _i.Option = m.One(".up", ".down", ".bfly", ".idx") switch { ".up" => 0, ".down" => 1, ".bfly" => 2, ".idx" => 3, _ => throw Error($"'{_text.Name}' is not executed.") };
            m.Type();
            Operands(4);
            Results(PtxType.B32);
            _i.A = Source(1, PtxType.B32);
            _i.B = Source(2, PtxType.B32);
            _i.Sources = [Source(3, PtxType.B32)];
            _i.Execute = &WarpHandlers.Shuffle;
            return;
        }

        var mode = m.One(".all", ".any", ".uni", ".ballot");
        Operands(2);
        _i.D = Destination(0, m.Type());
        _i.A = Predicate(Operand(1), out var negated);
        _i.Option2 = negated ? 1 : 0;
        _i.Option = mode switch { ".all" => 0, ".any" => 1, ".uni" => 2, ".ballot" => 3, _ => throw Error($"'{_text.Name}' is not executed.") };
        _i.Execute = &WarpHandlers.Vote;
    }

    private void Results(PtxType type)
    {
        if (Operand(0) is PairOperand pair)
        {
            _i.D = Destination(pair.First, type);
            _i.D2 = Destination(pair.Second, PtxType.Pred);
        }
        else
        {
            _i.D = Destination(0, type);
        }
    }
}
