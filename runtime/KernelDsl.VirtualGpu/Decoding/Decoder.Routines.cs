using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Functions that are called with a stack.</summary>
internal sealed unsafe partial class Decoder
{
    /// <summary>Bytes of each thread's stack, for calls and for alloca.</summary>
    private const int StackBytes = 16 << 10;

    private readonly Dictionary<string, Routine> _routines = new(StringComparer.Ordinal);
    private readonly Queue<Routine> _waiting = new();
    private readonly Dictionary<string, bool> _recursive = new(StringComparer.Ordinal);
    private bool _usesStack;
    private HashSet<string>? _addressTaken;

    private Routine RoutineOf(PtxFunction function)
    {
        _usesStack = true;
        if (!_routines.TryGetValue(function.Name, out var routine))
        {
            _routines.Add(function.Name, routine = new Routine(function));
            _waiting.Enqueue(routine);
        }

        return routine;
    }

    /// <summary>The instructions of a function in their order of execution, jumps as indices from its own beginning.</summary>
    private Instruction[] Body(PtxFunction function, Scope scope, Flow end)
    {
        _code = [];
        _labels = new(StringComparer.Ordinal);
        _jumps = [];
        if (scope.IsRoutine)
        {
            _code.Add(new Instruction { IsEntry = true, IsInserted = true, Class = InstructionClass.Control, Execute = &Builtins.Nothing, Text = EndOf(function) });
        }

        Function(function, scope);
        _code.Add(new Instruction { Flow = end, Text = EndOf(function), IsInserted = true });
        ResolveJumps();
        MarkGuesses();
        return BlockOrder.Arrange(_code);
    }

    /// <summary>Decodes the routines that calls name, and those that they name.</summary>
    private List<(Routine Routine, Instruction[] Code)> Routines()
    {
        var done = new List<(Routine, Instruction[])>();
        while (_waiting.TryDequeue(out var routine))
        {
            var function = routine.Function;
            var target = routine.Target;
            var first = _registerNames.Count;
            target.FramePointer = _frame.LateSlot();
            var scope = new Scope("/" + function.Name, null, function.Name) { IsRoutine = true, FramePointer = target.FramePointer };
            _localEnd = 0;
            CallPlace Formal(PtxVariable variable)
            {
                if (variable.Space != StateSpace.Reg)
                {
                    var at = TakeLocal((int)variable.Bytes, variable.Align);
                    scope.Variables[variable.Name] = (StateSpace.Local, at);
                    return new CallPlace(false, target.FramePointer, (int)variable.Bytes, at);
                }

                _scope = scope;
                TakeRegister(variable.Name, variable.Type);
                return new CallPlace(true, scope.Registers[variable.Name].Slot, variable.Type == PtxType.Pred ? 0 : Math.Max(variable.Type.Size(), 2), 0);
            }

            target.Results = function.Results.Select(Formal).ToArray();
            target.Parameters = function.Parameters.Select(Formal).ToArray();
            var code = Body(function, scope, Flow.Return);
            code[0].Writes = function.Parameters.Where(p => p.Space == StateSpace.Reg).Select(p => scope.Registers[p.Name].Number).ToArray();
            target.FrameBytes = (_localEnd + 15) & ~15;
            target.Numbers = (first, _registerNames.Count);
            target.Registers = [.. _registerSlots.Skip(first), (target.FramePointer, 8)];
            done.Add((routine, code));
        }

        return done;
    }

    /// <summary>Routines lie before the kernel, so that lanes in them run before those that wait for them behind the call.</summary>
    private static Instruction[] Join(Instruction[] main, List<(Routine Routine, Instruction[] Code)> routines)
    {
        if (routines.Count == 0)
        {
            return main;
        }

        var start = new Instruction { Flow = Flow.Jump, IsInserted = true, Text = main[0].Text };
        var all = new List<Instruction> { start };
        foreach (var (routine, code) in routines)
        {
            routine.Target.Entry = all.Count;
            Append(code);
        }

        start.Target = all.Count;
        start.Targets = [all.Count];
        Append(main);
        return [.. all];

        void Append(Instruction[] code)
        {
            var shift = all.Count;
            foreach (var i in code)
            {
                i.Index += shift;
                i.Target += shift;
                i.Targets = i.Targets.Select(target => target + shift).ToArray();
                all.Add(i);
            }
        }
    }

    private void CallRoutine(CallForm form)
    {
        _i.Flow = Flow.Call;
        _i.Class = InstructionClass.Control;
        _i.Data = form;
        _i.Reads = [.. _reads];
        _i.Writes = [.. _writes];
        _code.Add(_i);
    }

    private void CallThroughPointer(PtxOperand pointer, PtxOperand label, ImmutableArray<PtxOperand> results, ImmutableArray<PtxOperand> arguments, PtxFunction caller)
    {
        if (label is not SymbolOperand { Name: var name })
        {
            throw Error("a call through a pointer needs a prototype or a list of functions.");
        }

        IEnumerable<PtxFunction> callees;
        if (caller.Body!.BranchTables.TryGetValue(name, out var listed))
        {
            callees = listed.Select(callee => _module.Function(callee) ?? throw Error($"the function '{callee}' is not declared."));
        }
        else if (caller.Body.Prototypes.TryGetValue(name, out var shape))
        {
            callees = _module.Functions.Where(f => !f.IsEntry && f.Body is not null && AddressTaken.Contains(f.Name) && Same(f.Results, shape.Results) && Same(f.Parameters, shape.Parameters));
        }
        else
        {
            throw Error($"the prototype '{name}' is not defined.");
        }

        _i.A = Source(pointer, PtxType.U64);
        var table = callees.ToDictionary(f => FunctionAddress(f.Name)!.Value, f => RoutineOf(f).Target);
        _usesStack = true;
        CallRoutine(new CallForm(null, table, Places(results, true), Places(arguments, false)));
    }

    private static bool Same(ImmutableArray<PtxVariable> a, ImmutableArray<PtxVariable> b)
        => a.Length == b.Length && a.Zip(b).All(pair => pair.First.Bytes == pair.Second.Bytes && (pair.First.Space == StateSpace.Reg) == (pair.Second.Space == StateSpace.Reg));

    /// <summary>The address of a function as a number that a pointer holds; null when there is no such function.</summary>
    private ulong? FunctionAddress(string name) => _module.FunctionAddress(name);

    /// <summary>Functions whose address an initialiser or an instruction takes.</summary>
    private HashSet<string> AddressTaken => _addressTaken ??= _module.Variables.SelectMany(v => v.Values).Select(value => value.Symbol ?? "")
        .Concat(_module.Functions.SelectMany(f => f.Body?.Statements ?? []).OfType<PtxInstruction>().Where(i => i.Opcode is not ("call" or "bra"))
            .SelectMany(i => i.Operands).OfType<SymbolOperand>().Select(symbol => symbol.Name))
        .Select(name => _module.Aliases.GetValueOrDefault(name, name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a function's calls lead back to it.</summary>
    private bool IsRecursive(PtxFunction function)
    {
        if (!_recursive.TryGetValue(function.Name, out var known))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var work = new Stack<string>(Callees(function.Name));
            while (work.TryPop(out var next))
            {
                if (seen.Add(next))
                {
                    foreach (var callee in Callees(next))
                    {
                        work.Push(callee);
                    }
                }
            }

            _recursive.Add(function.Name, known = seen.Contains(function.Name));
        }

        return known;
    }

    private IEnumerable<string> Callees(string name) => (_module.Function(name)?.Body?.Statements ?? []).OfType<PtxInstruction>().Where(i => i.Opcode == "call")
        .Select(i => i.Operands.OfType<SymbolOperand>().FirstOrDefault()?.Name ?? "").Select(callee => _module.Function(callee)?.Name ?? callee).Distinct().ToArray();

    /// <summary>The address of a local variable of a routine, computed by an instruction of its own.</summary>
    private int LocalAddress(long offset, int size)
    {
        var slot = _frame.LateSlot();
        _code.Add(new Instruction
        {
            Text = _text, IsInserted = true, Class = InstructionClass.Integer, D = slot, A = _scope.FramePointer, B = _frame.Constant((ulong)offset, 8),
            Execute = size == 8 ? &Lanes.BinaryVector<ulong, Numerics.Add<ulong>> : throw Error("the address of a local variable has 64 bits."),
        });
        return slot;
    }

    private sealed class Routine(PtxFunction function)
    {
        public PtxFunction Function { get; } = function;

        public CallTarget Target { get; } = new(function.Name);
    }
}
