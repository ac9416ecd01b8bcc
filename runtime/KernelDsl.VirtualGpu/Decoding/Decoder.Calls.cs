using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Calls. A function whose calls end is put in line; one that may call itself, or is called through a pointer, is a routine with a stack.</summary>
internal sealed unsafe partial class Decoder
{
    private int _calls;

    private void Call(PtxInstruction text, PtxFunction caller)
    {
        var operands = text.Operands.ToList();
        ImmutableArray<PtxOperand> results = operands is [ListOperand first, ..] ? Flat(first) : [];
        if (operands is [ListOperand, ..])
        {
            operands.RemoveAt(0);
        }

        ImmutableArray<PtxOperand> arguments = operands.Count > 1 && operands[1] is ListOperand list ? Flat(list) : [];
        if (text.Modifiers.Any(m => m != ".uni") || operands.Count == 0)
        {
            throw Error("this form of a call is not executed.");
        }

        if (operands[0] is not SymbolOperand callee)
        {
            CallThroughPointer(operands[0], operands[^1], results, arguments, caller);
            return;
        }

        var function = _module.Function(callee.Name) ?? throw Error($"the function '{callee.Name}' is not declared.");
        if (results.Length != function.Results.Length || arguments.Length != function.Parameters.Length)
        {
            throw Error($"'{callee.Name}' takes {function.Parameters.Length} arguments and gives {function.Results.Length} results; the call has {arguments.Length} and {results.Length}.");
        }

        if (function.Body is null)
        {
            Builtin(function.Name, results.Concat(arguments).Select(LocalPlace).ToArray());
        }
        else if (IsRecursive(function))
        {
            CallRoutine(new CallForm(RoutineOf(function).Target, null, Places(results, true), Places(arguments, false)));
        }
        else
        {
            PutInLine(function, results, arguments, text);
        }
    }

    private static ImmutableArray<PtxOperand> Flat(ListOperand list) => [.. list.Items.SelectMany(item => item is VectorOperand vector ? vector.Items : [item])];

    private void PutInLine(PtxFunction function, ImmutableArray<PtxOperand> results, ImmutableArray<PtxOperand> arguments, PtxInstruction text)
    {
        var scope = new Scope($"{_scope.Prefix}/{++_calls}", _scope, function.Name);
        if (_i.Guard >= 0)
        {
            // The threads without the guard go around the call.
            _i.Flow = Flow.Jump;
            _i.IsGuardNegated = !_i.IsGuardNegated;
            _i.Reads = [.. _reads];
            _jumps.Add((_i, [scope.Prefix + "/after"], text.Line));
            _code.Add(_i);
        }

        var after = new List<(PtxVariable Formal, PtxOperand Actual)>();
        var before = new List<(PtxVariable Formal, PtxOperand Actual)>();
        foreach (var (formal, actual, isResult) in function.Results.Select((v, k) => (v, results[k], true)).Concat(function.Parameters.Select((v, k) => (v, arguments[k], false))))
        {
            if (formal.Space != StateSpace.Reg && actual is SymbolOperand symbol && Variable(symbol.Name) is { Space: StateSpace.Local } place)
            {
                scope.Variables[formal.Name] = (StateSpace.Local, place.Address + symbol.Offset);
                continue;
            }

            if (formal.Space != StateSpace.Reg)
            {
                scope.Variables[formal.Name] = (StateSpace.Local, TakeLocal((int)formal.Bytes, formal.Align));
            }

            (isResult ? after : before).Add((formal, actual));
        }

        foreach (var (formal, actual) in before)
        {
            Transfer(Place(actual, formal.Type, false), FormalPlace(scope, formal, true));
        }

        Function(function, scope);
        (_text, _reads, _writes) = (text, [], []);
        foreach (var (formal, actual) in after)
        {
            Transfer(FormalPlace(scope, formal, false), Place(actual, formal.Type, true));
        }

        _labels[scope.Prefix + "/after"] = _code.Count;
    }

    private int TakeLocal(int bytes, int align)
    {
        _localEnd = (_localEnd + align - 1) & ~(align - 1);
        _localEnd = checked(_localEnd + bytes);
        return _localEnd - bytes;
    }

    /// <summary>The place of a parameter of a function that is put in line.</summary>
    private CallPlace FormalPlace(Scope scope, PtxVariable formal, bool isWritten)
    {
        if (formal.Space != StateSpace.Reg)
        {
            return new CallPlace(false, scope.FramePointer, (int)formal.Bytes, scope.Variables[formal.Name].Address);
        }

        var outer = _scope;
        _scope = scope;
        if (!scope.Registers.TryGetValue(formal.Name, out var known) || known.Slot < 0)
        {
            TakeRegister(formal.Name, formal.Type);
        }

        var slot = isWritten ? Destination(new RegisterOperand(formal.Name), formal.Type) : Source(new RegisterOperand(formal.Name), formal.Type);
        _scope = outer;
        return new CallPlace(true, slot, formal.Type == PtxType.Pred ? 0 : Math.Max(formal.Type.Size(), 2), 0);
    }

    /// <summary>Where an argument or a result of a call lies for the caller.</summary>
    private CallPlace Place(PtxOperand operand, PtxType type, bool isWritten)
    {
        if (operand is SymbolOperand symbol && Variable(symbol.Name) is { Space: StateSpace.Local } place)
        {
            return new CallPlace(false, _scope.FramePointer, BytesOf(symbol.Name), place.Address + symbol.Offset);
        }

        if (isWritten && operand is SinkOperand)
        {
            return new CallPlace(true, -1, 8, 0);
        }

        var size = operand is RegisterOperand register && Special(register.Name) is null ? Register(register.Name).Type : type;
        var slot = isWritten ? Destination(operand, size) : Source(operand, size);
        return new CallPlace(true, slot, size == PtxType.Pred ? 0 : Math.Max(size.Size(), 2), 0);
    }

    private CallPlace[] Places(ImmutableArray<PtxOperand> operands, bool areWritten) => operands.Select(operand => Place(operand, PtxType.B32, areWritten)).ToArray();

    private int BytesOf(string variable) => _localSizes.GetValueOrDefault((_scope, variable), 8);

    private readonly Dictionary<(Scope Scope, string Name), int> _localSizes = [];

    /// <summary>A move between two places.</summary>
    private void Transfer(CallPlace from, CallPlace to)
    {
        if (to.Slot < 0 && to.IsRegister)
        {
            return;
        }

        var move = new Instruction { Text = _text, IsInserted = true, Class = InstructionClass.Move, Reads = [.. _reads], Writes = [.. _writes], IsMove = true, Data = (from, to), Execute = &StackHandlers.Transfer };
        _reads = [];
        _writes = [];
        _code.Add(move);
    }

    private int LocalPlace(PtxOperand operand) => operand is SymbolOperand symbol && Variable(symbol.Name) is { Space: StateSpace.Local } place
        ? (int)place.Address : throw Error("the arguments of a call are variables in .param.");

    private void Builtin(string name, int[] places)
    {
        _i.Sources = places;
        _i.C = _scope.FramePointer;
        _i.Class = InstructionClass.Control;
        _i.Execute = name switch
        {
            "vprintf" => &Builtins.Print,
            "__assertfail" => &Builtins.AssertFail,
            "malloc" => &HeapHandlers.Allocate,
            "free" => &HeapHandlers.Free,
            _ => throw Error($"the function '{name}' is not in the module and not known."),
        };
        _i.Reads = [.. _reads];
        _code.Add(_i);
    }

    private void DecodeStack(string opcode, Modifiers m)
    {
        _usesStack = true;
        var type = m.Type();
        _i.Width = type.Size();
        _i.Class = InstructionClass.Integer;
        switch (opcode)
        {
            case "alloca":
                Operands(2, 3);
                _i.D = Destination(0, type);
                _i.A = Source(1, type);
                var align = _text.Operands.Length == 3 ? Constant(Operand(2)) : 8;
                _i.Option = align > 0 && align <= 4096 && System.Numerics.BitOperations.IsPow2(align) ? (int)align : throw Error($"{align} is not an alignment.");
                _i.Execute = &StackHandlers.Allocate;
                break;
            case "stacksave":
                Operands(1);
                _i.D = Destination(0, type);
                _i.Execute = &StackHandlers.Save;
                break;
            default:
                Operands(1);
                _i.A = Source(0, type);
                _i.Execute = &StackHandlers.Restore;
                break;
        }
    }
}
