using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Barriers in memory.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeMbarrier(Modifiers m)
    {
        _usesAsync = true;
        _i.Class = InstructionClass.Barrier;
        _i.IsStrong = true;
        var action = m.One(".init", ".inval", ".arrive", ".arrive_drop", ".expect_tx", ".complete_tx", ".test_wait", ".try_wait", ".pending_count")
            ?? throw Error($"'{_text.Name}' is not executed.");
        if (action == ".pending_count")
        {
            m.Type();
            Operands(2);
            _i.D = Destination(0, PtxType.U32);
            _i.A = Source(1, PtxType.B64);
            _i.Execute = &BarrierHandlers.PendingCount;
            return;
        }

        var expects = action is ".arrive" or ".arrive_drop" && m.Has(".expect_tx");
        var mayComplete = !m.Has(".noComplete");
        var isParity = m.Has(".parity");
        var isRelaxed = m.Has(".relaxed");
        m.Skip(".release", ".acquire");
        var isClusterScope = m.One(".cta", ".cluster") == ".cluster";
        var space = MbarrierSpace(m);
        m.Type();
        if (action is ".test_wait" or ".try_wait")
        {
            DecodeMbarrierWait(action, isParity, isRelaxed, space);
            return;
        }

        if (action is ".expect_tx" or ".complete_tx" || expects || _i.IsCluster || isClusterScope || action == ".try_wait")
        {
            RequireArchitecture(90);
        }

        var hasState = action is ".arrive" or ".arrive_drop" && Operand(0) is not AddressOperand;
        var at = hasState ? 1 : 0;
        if (hasState && Operand(0) is not SinkOperand)
        {
            if (_i.IsCluster)
            {
                throw Error($"'{_text.Name}' gives no state; its result must be '_'.");
            }

            _i.D = Destination(0, PtxType.B64);
        }

        var address = AsyncAddress(Operand(at), space);
        var rest = _text.Operands.Length - at - 1;
        var number = rest > 0 ? Source(at + 1, PtxType.U32) : -1;
        switch (action)
        {
            case ".init":
                Operands(2);
                _i.Data = new MbarrierForm(BarrierAction.Arrive, address, number, -1, true, false);
                _i.Execute = &BarrierHandlers.Initialise;
                break;
            case ".inval":
                Operands(1);
                _i.Data = new MbarrierForm(BarrierAction.Drop, address, -1, -1, true, false);
                _i.Execute = &BarrierHandlers.Invalidate;
                break;
            case ".expect_tx" or ".complete_tx":
                Operands(2);
                _i.Data = new MbarrierForm(action == ".expect_tx" ? BarrierAction.Expect : BarrierAction.Complete, address, -1, number, true, true);
                _i.Execute = &BarrierHandlers.Change;
                break;
            default:
                Operands(expects || !mayComplete ? [at + 2] : [at + 1, at + 2]);
                _i.Data = new MbarrierForm(action == ".arrive" ? BarrierAction.Arrive : BarrierAction.Drop, address, expects ? -1 : number, expects ? number : -1, mayComplete, isRelaxed);
                _i.Execute = &BarrierHandlers.Change;
                break;
        }
    }

    private void DecodeMbarrierWait(string action, bool isParity, bool isRelaxed, StateSpace space)
    {
        if (action == ".try_wait")
        {
            RequireArchitecture(90);
            Operands(3, 4);
        }
        else
        {
            Operands(3);
        }

        _i.Flow = Flow.Wait;
        _i.D = Destination(0, PtxType.Pred);
        var address = AsyncAddress(Operand(1), space);
        _i.Data = new WaitForm(address, Source(2, isParity ? PtxType.U32 : PtxType.B64), isParity, isRelaxed);
        if (_text.Operands.Length == 4)
        {
            Source(3, PtxType.U32);
        }
    }

    private StateSpace MbarrierSpace(Modifiers m)
    {
        var space = m.One(".shared", ".shared::cta", ".shared::cluster");
        _i.IsCluster = space == ".shared::cluster";
        return _i.Space = space is null ? StateSpace.None : StateSpace.Shared;
    }
}
