using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Clusters;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>What sm_80 and sm_90 have of barriers in memory, clusters, and hints that belong to them.</summary>
internal sealed unsafe partial class Decoder
{
    private bool _usesAsync;

    private bool DecodeAsync(string opcode, Modifiers m)
    {
        switch (opcode)
        {
            case "mbarrier":
                DecodeMbarrier(m);
                return true;
            case "wgmma":
                DecodeWgmma(m);
                return true;
            case "mapa":
                DecodeMap(m);
                return true;
            case "getctarank":
                DecodeRank(m);
                return true;
            default:
                return false;
        }
    }

    private bool DecodeAsyncHint(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Control;
        switch (opcode)
        {
            case "prefetch" when m.Has(".tensormap"):
                RequireArchitecture(90);
                var space = m.One(".param", ".const") == ".param" ? StateSpace.Param : StateSpace.None;
                Operands(1);
                _i.Data = AsyncAddress(Operand(0), space);
                _i.Execute = &TensorTiles.Prefetch;
                return true;
            case "nanosleep":
                Operands(1);
                _i.A = Source(0, PtxType.U32);
                _i.Execute = &ClusterHandlers.Sleep;
                return true;
            case "setmaxnreg":
                RequireAccelerated();
                Operands(1);
                var count = Constant(Operand(0));
                if (m.One(".inc", ".dec") is null || count is < 24 or > 256 || count % 8 != 0)
                {
                    throw Error($"'{_text.Name}' takes a multiple of 8 from 24 to 256, and {count} is given.");
                }

                _i.Flow = Flow.Aligned;
                _i.IsAligned = true;
                _i.Execute = &Warpgroup.WarpgroupHandlers.Registers;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Instructions that only architectures with an <c>a</c> have.</summary>
    private void RequireAccelerated()
    {
        RequireArchitecture(90);
        if (!_architecture.EndsWith('a'))
        {
            throw Error($"'{_text.Name}' needs sm_90a, and the device is {_architecture}.");
        }
    }

    /// <summary>An address of an instruction that has several of them.</summary>
    private AsyncAddress AsyncAddress(PtxOperand operand, StateSpace space)
    {
        if (operand is not AddressOperand address)
        {
            throw Error($"'{_text.Name}' needs an address in brackets.");
        }

        switch (address.Base)
        {
            case RegisterOperand register:
                var (slot, type, number) = Register(register.Name);
                if (type.Size() is not (4 or 8))
                {
                    throw Error($"the address register '{register.Name}' has type .{type.Name()}.");
                }

                _reads.Add(number);
                return new AsyncAddress(slot, address.Offset, type.Size() == 4, space);
            case SymbolOperand symbol:
                var found = Variable(symbol.Name).Space;
                if (space != StateSpace.None && space != found)
                {
                    throw Error($"'{symbol.Name}' does not lie in the space of '{_text.Name}'.");
                }

                return new AsyncAddress(SymbolAddress(symbol, 8), address.Offset, false, found);
            default:
                return new AsyncAddress(-1, address.Offset, false, space);
        }
    }

    private bool DecodeProxyFence(Modifiers m)
    {
        if (_text.Modifiers.Contains(".mbarrier_init"))
        {
            RequireArchitecture(90);
            _usesAsync = true;
            m.Skip(".mbarrier_init", ".release", ".cluster");
            m.End();
            _i.Class = InstructionClass.Control;
            _i.Execute = &ClusterHandlers.FenceBarriers;
            return true;
        }

        // fence.proxy.async, with or without a space
        if (_text.Modifiers is [".proxy", ".async" or ".async::generic" or ".async.global", ..])
        {
            RequireArchitecture(90);
            _usesAsync = true;
            m.Skip(".proxy", ".async", ".async::generic", ".global", ".shared::cta", ".shared::cluster");
            m.Skip(".acquire", ".release", ".sync_restrict::shared::cta", ".sync_restrict::shared::cluster", ".cluster");
            m.End();
            _i.Class = InstructionClass.Control;
            _i.Execute = &ClusterHandlers.FenceProxy;
            return true;
        }

        if (_text.Modifiers is [".proxy", ".tensormap::generic", ..])
        {
            RequireArchitecture(90);
            _i.Class = InstructionClass.Control;
            _i.Execute = &Builtins.Fence;
            return true;
        }

        return false;
    }

    private void DecodeClusterBarrier(Modifiers m)
    {
        RequireArchitecture(90);
        _i.Flow = Flow.Barrier;
        var isWait = m.One(".arrive", ".wait") switch { ".arrive" => false, ".wait" => true, _ => throw Error($"'{_text.Name}' is not executed.") };
        var order = m.One(".release", ".relaxed", ".acquire");
        _i.IsAligned = m.Has(".aligned");
        Operands(0);
        _i.Data = new ClusterBarrierForm(isWait, order == ".relaxed");
    }

    private void DecodeMap(Modifiers m)
    {
        RequireArchitecture(90);
        var isShared = m.Has(".shared::cluster");
        var type = m.Type();
        Operands(3);
        _i.Class = InstructionClass.Integer;
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = Source(2, PtxType.U32);
        _i.Option = type.Size();
        _i.Option2 = isShared ? 0 : 1;
        _i.Execute = &ClusterHandlers.Map;
    }

    private void DecodeRank(Modifiers m)
    {
        RequireArchitecture(90);
        m.Has(".shared::cluster");
        var type = m.Type();
        Operands(2);
        _i.Class = InstructionClass.Integer;
        _i.D = Destination(0, PtxType.U32);
        _i.A = Source(1, type);
        _i.Option = type.Size();
        _i.Execute = &ClusterHandlers.Rank;
    }
}
