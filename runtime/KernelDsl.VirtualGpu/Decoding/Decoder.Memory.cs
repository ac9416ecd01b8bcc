using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Loads, stores, atomics and asynchronous copies.</summary>
internal sealed unsafe partial class Decoder
{
    private StateSpace Space(Modifiers m)
    {
        if (m.Has(".shared::cluster"))
        {
            _i.IsCluster = true;
            return StateSpace.Shared;
        }

        return m.One(".global", ".shared", ".shared::cta", ".local", ".const", ".param", ".param::entry", ".param::func") switch
        {
            ".global" or ".const" => StateSpace.Global,
            ".shared" or ".shared::cta" => StateSpace.Shared,
            ".local" => StateSpace.Local,
            ".param" or ".param::entry" or ".param::func" => StateSpace.Param,
            _ => StateSpace.None,
        };
    }

    /// <summary>Takes the address; a variable fixes the space.</summary>
    private void Address(PtxOperand operand, ref StateSpace space)
    {
        if (operand is not AddressOperand address)
        {
            throw Error($"'{_text.Name}' needs an address in brackets.");
        }

        if (address.More.Length > 0)
        {
            throw Error($"'{_text.Name}' takes no coordinates.");
        }

        _i.Offset = address.Offset;
        switch (address.Base)
        {
            case null:
                break;
            case RegisterOperand register:
                var (slot, type, number) = Register(register.Name);
                if (type.Size() is not (4 or 8))
                {
                    throw Error($"the address register '{register.Name}' has type .{type.Name()}.");
                }

                _reads.Add(number);
                _i.A = slot;
                _i.Has32BitAddress = type.Size() == 4;
                break;
            case SymbolOperand symbol:
                var (found, at) = Variable(symbol.Name);
                if (found == StateSpace.Shared && _dynamicNames.Contains(symbol.Name))
                {
                    _dynamicUses.Add((_i, true, 0, symbol.Name, 0));
                }

                _i.Offset += at;
                if (found == StateSpace.Local && _scope.FramePointer >= 0)
                {
                    _i.A = _scope.FramePointer;
                }

                if (space != found && !(space == StateSpace.Param && found == StateSpace.Local))
                {
                    // Without a space the variable has one.
                    if (space != StateSpace.None)
                    {
                        throw Error($"'{symbol.Name}' does not lie in the space of '{_text.Name}'.");
                    }
                }

                space = found;
                break;
        }
    }

    private void DecodeLoadStore(string opcode, Modifiers m)
    {
        var isStore = opcode == "st";
        if (m.Has(".async"))
        {
            DecodeRemote(m, isReduction: false);
            return;
        }

        var space = Space(m);
        var cached = m.SkipCaching();
        _i.IsStrong = m.One(".volatile", ".mmio", ".relaxed", ".acquire", ".release") is { } order;
        _i.IsBlockScope = _text.Modifiers.Contains(".cta");
        _i.IsRelease = _text.Modifiers.Contains(".release");
        _i.IsAcquire = _text.Modifiers.Contains(".acquire");
        m.Skip(".cta", ".gpu", ".sys", ".cluster", ".unified", ".relaxed");
        var count = m.One(".v2", ".v4", ".v8") switch { ".v2" => 2, ".v4" => 4, ".v8" => 8, _ => 1 };
        var type = m.Type();
        var values128 = type == PtxType.B128;
        if (values128)
        {
            type = PtxType.B64;
            count *= 2;
        }

        if (type.Size() is 0 or > 8 || type.Size() * count > 32)
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        Operands(cached ? 3 : 2);
        Address(Operand(isStore ? 0 : 1), ref space);
        var values = Operand(isStore ? 1 : 0);
        ImmutableArray<PtxOperand> items = values128 ? [values, values] : count == 1 ? [values] : values is VectorOperand vector ? vector.Items : throw Error($"'{_text.Name}' needs {count} values in braces.");
        if (items.Length != count)
        {
            throw Error($"'{_text.Name}' needs {count} values and has {items.Length}.");
        }

        if (values128)
        {
            DecodeLoadStore128(space, values, isStore);
            return;
        }

        _i.Space = space;
        _i.Width = type.Size();
        _i.Option2 = type.IsSigned() ? 1 : 0;
        _i.Class = isStore ? InstructionClass.Store : InstructionClass.Load;
        var sizes = items.Select(SizeOf).Where(size => size > 0).Distinct().ToArray();
        _i.Option = sizes.Length == 0 ? Math.Max(type.Size(), 2) : sizes[0];
        if (sizes.Length > 1 || _i.Option < type.Size() )
        {
            throw Error($"the registers of '{_text.Name}' do not have the size of its type.");
        }

        if (isStore)
        {
            var register = _i.Option switch { 8 => PtxType.B64, 4 => type == PtxType.F32 ? PtxType.F32 : PtxType.B32, _ => PtxType.B16 };
            register = type == PtxType.F64 ? PtxType.F64 : register;
            _i.Sources = items.Select(item => Source(item, register)).ToArray();
            _i.Execute = &LoadStore.Store;
            if (space == StateSpace.Param)
            {
                throw Error("parameters of a kernel are read-only.");
            }

            return;
        }

        _i.Destinations = items.Select(item => item is SinkOperand ? -1 : Destination(item, type, anySize: true)).ToArray();
        if (space == StateSpace.Param && _i.A < 0)
        {
            var total = _entry.Parameters.Length == 0 ? 0 : _parameterOffsets[_entry.Parameters[^1].Name] + _entry.Parameters[^1].Bytes;
            if (_i.Offset < 0 || _i.Offset + (type.Size() * count) > total)
            {
                throw Error("the read is outside of the kernel's parameters.");
            }

            _i.Execute = &LoadStore.LoadParameter;
            return;
        }

        if (space == StateSpace.Param && !_scope.IsEntry)
        {
            space = _i.Space = StateSpace.Local;
        }

        _i.Execute = &LoadStore.Load;
    }

    private void DecodeAtomic(string opcode, Modifiers m)
    {
        var isReduction = opcode == "red";
        if (m.Has(".async"))
        {
            DecodeRemote(m, isReduction: true);
            return;
        }

        var space = Space(m);
        var hint = m.SkipCaching() ? 1 : 0;
        _i.IsStrong = true;
        _i.IsBlockScope = _text.Modifiers.Contains(".cta");
        var order = m.One(".relaxed", ".acquire", ".release", ".acq_rel");
        _i.IsRelease = order is ".release" or ".acq_rel";
        _i.IsAcquire = order is ".acquire" or ".acq_rel";
        m.Skip(".cta", ".gpu", ".sys", ".cluster", ".noftz");
        var operation = m.One(".add", ".min", ".max", ".inc", ".dec", ".and", ".or", ".xor", ".exch", ".cas") ?? throw Error($"'{_text.Name}' is not executed.");
        m.Skip(".noftz");
        var count = m.One(".v2", ".v4", ".v8") is { } vector ? vector[2] - '0' : 1;
        var type = m.Type();
        m.Skip(".noftz");
        if (count > 1 || type == PtxType.B128)
        {
            DecodeWideAtomic(isReduction, operation, type, count, space, hint);
            return;
        }

        if (type.Size() is not (2 or 4 or 8) || (type.IsFloat() && operation is not (".add" or ".min" or ".max")))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        var at = isReduction ? 0 : 1;
        Operands(at + hint + (operation == ".cas" ? 3 : 2));
        Address(Operand(at), ref space);
        if (!isReduction)
        {
            _i.D = Operand(0) is SinkOperand ? -1 : Destination(0, type);
        }

        _i.B = Source(at + 1, type);
        _i.C = operation == ".cas" ? Source(at + 2, type) : -1;
        _i.Space = space;
        _i.Width = type.Size() * count;
        _i.Class = InstructionClass.Atomic;
        _i.Data = new AtomicForm(operation, type);
        _i.Execute = &Atomics.Run;
    }

    private void DecodeCopy(Modifiers m)
    {
        _i.Class = InstructionClass.Async;
        if (DecodeBulk(m))
        {
            return;
        }

        if (!m.Has(".async"))
        {
            throw Error($"the instruction '{_text.Name}' is not supported yet.");
        }

        if (m.Has(".commit_group"))
        {
            _i.Execute = &AsyncHandlers.Commit;
            return;
        }

        if (m.Has(".wait_all"))
        {
            _i.Execute = &AsyncHandlers.WaitAll;
            return;
        }

        if (m.Has(".wait_group"))
        {
            Operands(1);
            _i.Option = (int)Math.Clamp(Constant(Operand(0)), 0, 1 << 20);
            _i.Execute = &AsyncHandlers.Wait;
            return;
        }

        var onlyL2 = m.One(".ca", ".cg") == ".cg";
        m.Skip(".shared", ".shared::cta", ".global");
        var operands = _text.Operands.Length - (m.SkipCaching() ? 1 : 0);
        Operands(3, 4, 5);
        var space = StateSpace.Shared;
        Address(Operand(0), ref space);
        var destination = (_i.A, _i.Offset, _i.Has32BitAddress);
        _i.A = -1;
        space = StateSpace.Global;
        var first = _i;
        Address(Operand(1), ref space);
        _i.Space = StateSpace.Global;
        _i.Data = new CopyForm(destination.A, destination.Offset, destination.Has32BitAddress);
        _i.Width = (int)Constant(Operand(2));
        if (_i.Width is not (4 or 8 or 16) || (onlyL2 && _i.Width != 16))
        {
            throw Error($"cp.async copies 4, 8 or 16 bytes, and .cg 16; here it is {_i.Width}.");
        }

        if (operands > 3)
        {
            if (Operand(3) is RegisterOperand r && _scope.Registers.TryGetValue(r.Name, out var known) && known.Type == PtxType.Pred || Operand(3) is NegatedOperand)
            {
                _i.C = Predicate(Operand(3), out var negated);
                _i.Option2 = negated ? 2 : 1;
            }
            else
            {
                _i.B = Source(3, PtxType.U32);
            }
        }

        _i.Execute = &AsyncHandlers.Copy;
    }
}
