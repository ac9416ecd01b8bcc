using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>One family of instructions for each opcode.</summary>
internal sealed unsafe partial class Decoder
{
    private void Decode(PtxInstruction text)
    {
        var m = new Modifiers(text);
        switch (text.Opcode)
        {
            case "bra":
                m.Skip(".uni");
                Branch(text);
                break;
            case "brx":
                if (!m.Has(".idx"))
                {
                    throw Error("brx needs .idx.");
                }

                m.Skip(".uni");
                BranchIndexed(text, _module.Function(_scope.Function)!);
                break;
            case "ret":
                m.Skip(".uni");
                Return(text);
                break;
            case "exit":
                _i.Flow = Flow.Exit;
                _i.Class = InstructionClass.Control;
                break;
            case "trap" or "brkpt":
                _i.Flow = Flow.Trap;
                break;
            case "nanosleep" or "pmevent" or "prefetch" or "prefetchu" or "discard" or "applypriority" or "griddepcontrol" or "setmaxnreg":
                DecodeHint(text, m);
                return;
            case "alloca" or "stacksave" or "stackrestore":
                DecodeStack(text.Opcode, m);
                break;
            case "mov":
                DecodeMove(m);
                break;
            case "createpolicy":
                DecodePolicy();
                return;
            case "vadd" or "vsub" or "vabsdiff" or "vmin" or "vmax" or "vshl" or "vshr" or "vmad" or "vset":
                DecodeVideo(text.Opcode, m);
                break;
            case "vadd2" or "vsub2" or "vavrg2" or "vabsdiff2" or "vmin2" or "vmax2" or "vset2" or "vadd4" or "vsub4" or "vavrg4" or "vabsdiff4" or "vmin4" or "vmax4" or "vset4":
                DecodePackedVideo(text.Opcode, m);
                break;
            case "cvta":
                DecodeCvta(m);
                break;
            case "isspacep":
                DecodeIsSpace(m);
                break;
            case "add" or "sub" or "mul" or "mad" or "div" or "rem" or "min" or "max" or "abs" or "neg" or "fma":
                DecodeArithmetic(text.Opcode, m);
                break;
            case "addc" or "subc" or "madc":
                DecodeCarry(text.Opcode, m);
                break;
            case "mul24" or "mad24" or "sad" or "dp4a" or "dp2a" or "popc" or "clz" or "brev" or "bfind" or "bfe" or "bfi" or "bmsk" or "shf" or "prmt" or "lop3" or "fns" or "szext":
                DecodeBits(text.Opcode, m);
                break;
            case "and" or "or" or "xor" or "not" or "cnot" or "shl" or "shr":
                DecodeLogic(text.Opcode, m);
                break;
            case "setp" or "set" or "selp" or "slct" or "testp":
                DecodeSelection(text.Opcode, m);
                break;
            case "rcp" or "sqrt" or "rsqrt" or "ex2" or "lg2" or "sin" or "cos" or "tanh" or "copysign":
                DecodeFunction(text.Opcode, m);
                break;
            case "cvt":
                DecodeConvert(m);
                break;
            case "ld" or "ldu" or "st":
                DecodeLoadStore(text.Opcode, m);
                break;
            case "atom" or "red":
                DecodeAtomic(text.Opcode, m);
                break;
            case "membar" or "fence":
                DecodeFence(m);
                return;
            case "bar" or "barrier":
                DecodeBarrier(m);
                break;
            case "shfl" or "vote" or "match" or "redux" or "activemask" or "elect":
                DecodeWarp(text.Opcode, m);
                break;
            case "cp":
                DecodeCopy(m);
                break;
            case "ldmatrix" or "stmatrix" or "movmatrix" or "mma" or "wmma":
                DecodeTensor(text.Opcode, m);
                break;
            default:
                if (!DecodeAsync(text.Opcode, m))
                {
                    throw Error($"the instruction '{text.Name}' is not supported yet.");
                }

                break;
        }

        m.End();
    }

    /// <summary>Advice that changes no result.</summary>
    private void DecodeHint(PtxInstruction text, Modifiers m)
    {
        if (text.Opcode is "prefetch" or "setmaxnreg" or "nanosleep" && DecodeAsyncHint(text.Opcode, m))
        {
            return;
        }

        _i.Class = InstructionClass.Control;
        _i.Execute = &Builtins.Nothing;
    }

    /// <summary>A policy for caches is a number that nothing here reads.</summary>
    private void DecodePolicy()
    {
        _i.Class = InstructionClass.Integer;
        _i.D = Destination(0, PtxType.B64);
        _i.A = _frame.Constant(0x14f0000000000000, 8);
        _i.Execute = &Lanes.Move<ulong>;
        foreach (var operand in _text.Operands.Skip(1).OfType<RegisterOperand>())
        {
            Source(operand, PtxType.B32, anySize: true);
        }
    }

    /// <summary>Moves between a register and the parts of it.</summary>
    private void DecodePack(PtxType type)
    {
        _i.IsMove = true;
        var isPack = Operand(1) is VectorOperand;
        var items = ((VectorOperand)Operand(isPack ? 1 : 0)).Items;
        if (type.Size() is not (2 or 4 or 8 or 16) || items.Length is not (2 or 4) || type.Size() / items.Length is not (1 or 2 or 4 or 8))
        {
            throw Error($"mov.{type.Name()} with {items.Length} parts is not executed.");
        }

        if (type.Size() == 16)
        {
            DecodePack128(isPack, items);
            return;
        }

        var part = type.Size() / items.Length;
        var partType = part switch { 1 => PtxType.B8, 2 => PtxType.B16, _ => PtxType.B32 };
        _i.Width = part;
        _i.Option = type.Size();
        if (isPack)
        {
            _i.D = Destination(0, type);
            _i.Sources = items.Select(item => Source(item, partType, anySize: part == 1)).ToArray();
            _i.Execute = &Builtins.Pack;
        }
        else
        {
            _i.A = Source(1, type);
            _i.Destinations = items.Select(item => item is SinkOperand ? -1 : Destination(item, partType, anySize: part == 1)).ToArray();
            _i.Execute = &Builtins.Unpack;
        }
    }

    private void DecodeCvta(Modifiers m)
    {
        Operands(2);
        var to = m.Has(".to");
        var space = m.One(".global", ".shared", ".local", ".const", ".param", ".shared::cta", ".shared::cluster") ?? throw Error("cvta needs a space.");
        var type = m.Type();
        if (type != PtxType.U64)
        {
            throw Error("cvta of 32-bit addresses is not executed.");
        }

        ulong window = space switch
        {
            ".shared" or ".shared::cta" or ".shared::cluster" => Memory.DeviceMemory.SharedWindow,
            ".local" => Memory.DeviceMemory.LocalWindow,
            ".param" => Memory.DeviceMemory.ParameterWindow,
            _ => 0UL,
        };
        _i.Class = InstructionClass.Integer;
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = _frame.Constant(window, 8);
        _i.Execute = window == 0 ? &Lanes.Move<ulong> : to ? &Lanes.BinaryVector<ulong, Numerics.Subtract<ulong>> : &Lanes.BinaryVector<ulong, Numerics.Add<ulong>>;
    }

    private void DecodeIsSpace(Modifiers m)
    {
        Operands(2);
        _i.Option = (m.One(".global", ".shared", ".local", ".const", ".param", ".shared::cta", ".shared::cluster") ?? throw Error("isspacep needs a space.")) switch
        {
            ".shared" or ".shared::cta" => 1,
            ".shared::cluster" => 5,
            ".local" => 2,
            ".param" => 3,
            ".const" => 4,
            _ => 0,
        };
        _i.D = Destination(0, PtxType.Pred);
        _i.A = Source(1, PtxType.U64);
        _i.Class = InstructionClass.Integer;
        _i.Option2 = _i.Option == 5 ? 1 : 0;
        _i.Execute = _i.Option is 1 or 5 ? &Clusters.ClusterHandlers.IsShared : &Builtins.IsSpace;
    }

    private void DecodeFence(Modifiers m)
    {
        if (DecodeProxyFence(m))
        {
            return;
        }

        _i.IsBlockScope = _text.Modifiers.Contains(".cta");
        m.Skip(".sc", ".acq_rel", ".cta", ".gl", ".gpu", ".sys", ".cluster", ".acquire", ".release", ".proxy", ".async", ".alias", ".mbarrier_init");
        m.Skip(".sync_restrict::shared::cta", ".sync_restrict::shared::cluster");
        if (m.Left.Any(l => !l.StartsWith(".proxy::", StringComparison.Ordinal) && !l.StartsWith(".mbarrier_init", StringComparison.Ordinal)
            && !l.StartsWith(".async", StringComparison.Ordinal)))
        {
            m.End();
        }

        _i.Class = InstructionClass.Control;
        _i.Execute = &Builtins.Fence;
    }
}
