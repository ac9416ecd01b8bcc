using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Functions, calls and jumps.</summary>
internal sealed unsafe partial class Decoder
{
    private void Function(PtxFunction function, Scope scope)
    {
        var outer = _scope;
        _scope = scope;
        var body = function.Body!;
        foreach (var (name, type) in body.Registers)
        {
            scope.Registers.TryAdd(name, (-1, type, -1));
        }

        foreach (var variable in body.Variables)
        {
            AddVariable(scope, variable);
        }

        foreach (var statement in body.Statements)
        {
            if (statement is PtxLabel label)
            {
                _labels[scope.Prefix + "/" + label.Name] = _code.Count;
            }
            else if (statement is PtxInstruction instruction)
            {
                Place(instruction, function);
            }
        }

        _labels[scope.EndLabel] = _code.Count;
        _scope = outer;
    }

    private void AddVariable(Scope scope, PtxVariable variable)
    {
        switch (variable.Space)
        {
            case StateSpace.Shared:
                AddShared(variable, variable.Name);
                break;
            case StateSpace.Local or StateSpace.Param:
                _localEnd = (_localEnd + variable.Align - 1) & ~(variable.Align - 1);
                scope.Variables[variable.Name] = (StateSpace.Local, _localEnd);
                _localSizes[(scope, variable.Name)] = (int)variable.Bytes;
                _localEnd = checked(_localEnd + (int)variable.Bytes);
                if (_localEnd > 1 << 24)
                {
                    throw new PtxException(variable.Line, "local memory of a thread is larger than 16 MiB.");
                }

                break;
            default:
                throw new PtxException(variable.Line, $"variables in .{variable.Space} inside of functions are not executed.");
        }
    }

    private void Place(PtxInstruction text, PtxFunction function)
    {
        if (_code.Count > MaximumInstructions)
        {
            throw new PtxException(text.Line, $"with its calls in line the kernel has more than {MaximumInstructions} instructions.");
        }

        _text = text;
        _i = new Instruction { Text = text };
        _reads = [];
        _writes = [];
        UseRegisters(text);
        if (text.Guard is not null)
        {
            var guard = Register(text.Guard.Register);
            if (guard.Type != PtxType.Pred)
            {
                throw Error($"the guard '{text.Guard.Register}' is not a predicate.");
            }

            _i.Guard = guard.Slot;
            _i.IsGuardNegated = text.Guard.IsNegated;
            _i.GuardRegister = guard.Number;
            _reads.Add(guard.Number);
        }

        if (text.Opcode == "call")
        {
            Call(text, function);
            return;
        }

        Decode(text);
        if (_i.Execute == null && _i.Flow is Flow.Next)
        {
            return;
        }

        _i.Reads = [.. _reads];
        _i.Writes = [.. _writes];
        _code.Add(_i);
    }

    /// <summary>Registers get their slots where they are first used, because declarations are generous.</summary>
    private void UseRegisters(PtxInstruction text)
    {
        void Use(PtxOperand? operand)
        {
            switch (operand)
            {
                case RegisterOperand register when _scope.Registers.TryGetValue(register.Name, out var known) && known.Slot < 0:
                    TakeRegister(register.Name, known.Type);
                    break;
                case AddressOperand address:
                    Use(address.Base);
                    foreach (var item in address.More)
                    {
                        Use(item);
                    }

                    break;
                case VectorOperand vector:
                    foreach (var item in vector.Items)
                    {
                        Use(item);
                    }

                    break;
                case ListOperand list:
                    foreach (var item in list.Items)
                    {
                        Use(item);
                    }

                    break;
                case PairOperand pair:
                    Use(pair.First);
                    Use(pair.Second);
                    break;
                case NegatedOperand negated:
                    Use(negated.Value);
                    break;
                case PartOperand part:
                    Use(part.Value);
                    break;
            }
        }

        if (text.Guard is not null)
        {
            Use(new RegisterOperand(text.Guard.Register));
        }

        foreach (var operand in text.Operands)
        {
            Use(operand);
        }
    }

    private void TakeRegister(string name, PtxType type)
    {
        var slot = _frame.Add(type);
        _scope.Registers[name] = (slot, type, _registerNames.Count);
        _registerOfSlot.Add(slot, _registerNames.Count);
        _registerNames.Add(name.Split('@')[0]);
        _registerSlots.Add((slot, type == PtxType.Pred ? 0 : Math.Max(type.Size(), 2)));
    }

    private void Branch(PtxInstruction text)
    {
        Operands(1);
        _i.Flow = Flow.Jump;
        _i.Class = InstructionClass.Control;
        var target = (Operand(0) as SymbolOperand ?? throw Error("a branch needs a label.")).Name;
        _jumps.Add((_i, [_scope.Prefix + "/" + target], text.Line));
    }

    private void BranchIndexed(PtxInstruction text, PtxFunction function)
    {
        Operands(2);
        _i.Flow = Flow.JumpTable;
        _i.Class = InstructionClass.Control;
        _i.A = Source(0, PtxType.U32);
        var table = (Operand(1) as SymbolOperand ?? throw Error("brx.idx needs a list of targets.")).Name;
        if (!function.Body!.BranchTables.TryGetValue(table, out var labels))
        {
            throw Error($"the list of targets '{table}' is not defined.");
        }

        _jumps.Add((_i, labels.Select(label => _scope.Prefix + "/" + label).ToArray(), text.Line));
    }

    private void Return(PtxInstruction text)
    {
        if (_scope.Caller is null)
        {
            _i.Flow = _scope.IsRoutine ? Flow.Return : Flow.Exit;
        }
        else
        {
            _i.Flow = Flow.Jump;
            _jumps.Add((_i, [_scope.EndLabel], text.Line));
        }

        _i.Class = InstructionClass.Control;
    }
}
