using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>
/// Makes a kernel ready to run: calls are put in line, operands become slots of the frame, every instruction gets its handler, and the blocks are put in the
/// order in which lanes meet again. Whatever it does not know is an error before anything runs.
/// </summary>
internal sealed unsafe partial class Decoder
{
    private const int MaximumInstructions = 2_000_000;

    // Wider than the rows of ordinary tiles, so that whoever goes one row too far meets it; small enough that descriptors of 18 bits reach all variables.
    private const int SharedHole = 1024;

    private readonly PtxModule _module;
    private readonly PtxFunction _entry;
    private readonly Func<string, ulong?> _globals;
    private readonly string _architecture;
    private readonly FrameLayout _frame = new();
    private List<Instruction> _code = [];
    private readonly List<string> _registerNames = [];
    private readonly List<(int Slot, int Size)> _registerSlots = [];
    private Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private List<(Instruction Instruction, string[] Labels, int Line)> _jumps = [];
    private readonly Dictionary<int, int> _registerOfSlot = [];
    private readonly Dictionary<string, int> _parameterOffsets = new(StringComparer.Ordinal);
    private readonly List<SharedRange> _shared = [];
    private readonly Dictionary<string, int> _sharedOffsets = new(StringComparer.Ordinal);
    private int _sharedEnd;
    private int _staticShared;
    private int _dynamicAlign;
    private readonly List<string> _dynamicNames = [];
    private int _localEnd;
    private Scope _scope = null!;
    private PtxInstruction _text = null!;
    private Instruction _i = null!;
    private List<int> _reads = [];
    private List<int> _writes = [];

    private Decoder(PtxModule module, PtxFunction entry, string architecture, Func<string, ulong?> globals)
    {
        _module = module;
        _entry = entry;
        _architecture = architecture;
        _globals = globals;
    }

    /// <summary>Decodes a kernel.</summary>
    /// <param name="globals">The address of a variable of the module.</param>
    /// <exception cref="PtxException">It uses something that is not executed.</exception>
    public static Program Decode(PtxModule module, PtxFunction entry, string architecture, Func<string, ulong?> globals)
        => new Decoder(module, entry, architecture, globals).Run();

    private Program Run()
    {
        var parameters = ImmutableArray.CreateBuilder<(int, int)>();
        var offset = 0;
        foreach (var parameter in _entry.Parameters)
        {
            offset = (offset + parameter.Align - 1) & ~(parameter.Align - 1);
            _parameterOffsets[parameter.Name] = offset;
            parameters.Add((offset, (int)parameter.Bytes));
            offset += (int)parameter.Bytes;
        }

        foreach (var variable in _module.Variables.Where(v => v.Space == StateSpace.Shared))
        {
            AddShared(variable, variable.Name);
        }

        foreach (var variable in _module.Variables.Where(v => v.Space == StateSpace.Local))
        {
            _moduleLocals[variable.Name] = TakeLocal((int)Math.Min(variable.Bytes, 1 << 24), variable.Align);
        }

        var main = Body(_entry, new Scope("", null, _entry.Name) { IsEntry = true }, Flow.Exit);
        var localBytes = (_localEnd + 15) & ~15;
        var routines = Routines();
        var dynamicAlign = Math.Max(_dynamicAlign, 128);
        var dynamic = (_sharedEnd + 16 + dynamicAlign - 1) & ~(dynamicAlign - 1);
        foreach (var name in _dynamicNames)
        {
            _sharedOffsets[name] = dynamic;
        }

        if (_dynamicNames.Count > 0)
        {
            _shared.Add(new SharedRange(_dynamicNames[0], dynamic, 0));
        }

        FixDynamicAddresses(dynamic);
        var ordered = Join(main, routines);
        var tracked = DefinitionAnalysis.Run(ordered, _registerNames.Count);
        Warpgroup.InFlightAnalysis.Run(ordered, _registerNames);
        return new Program
        {
            Name = _entry.Name, Function = _entry, Module = _module, Code = ordered, Frame = _frame, StaticShared = _staticShared,
            SharedRanges = [.. _shared], DynamicShared = dynamic, LocalBytes = localBytes + (_usesStack ? StackBytes : 0), StackStart = localBytes, ParameterBytes = offset,
            Parameters = parameters.ToImmutable(), RegisterNames = [.. _registerNames], IsTracked = tracked, UsesAsync = _usesAsync,
            RegisterOfSlot = _registerOfSlot,
        };
    }

    /// <summary>Variables get holes between them, so that an overflow meets no neighbour; the holes do not count as used.</summary>
    private void AddShared(PtxVariable variable, string name)
    {
        if (_sharedOffsets.ContainsKey(name))
        {
            return;
        }

        if (variable.IsUnsized)
        {
            _dynamicAlign = Math.Max(_dynamicAlign, variable.Align);
            _dynamicNames.Add(name);
            _sharedOffsets[name] = 0;
            return;
        }

        var at = (_sharedEnd + variable.Align - 1) & ~(variable.Align - 1);
        _shared.Add(new SharedRange(variable.Name.Split('@')[0], at, (int)variable.Bytes));
        _sharedOffsets[name] = at;
        _sharedEnd = at + (int)variable.Bytes + SharedHole;
        _staticShared = ((_staticShared + variable.Align - 1) & ~(variable.Align - 1)) + (int)variable.Bytes;
    }

    private readonly List<(Instruction Instruction, bool IsOffset, int Slot, string Name, long Offset)> _dynamicUses = [];

    /// <summary>Where dynamic shared memory begins is known only after all variables are placed; its address lies in slots of their own.</summary>
    private void FixDynamicAddresses(int dynamic)
    {
        foreach (var use in _dynamicUses.Where(use => use.IsOffset))
        {
            use.Instruction.Offset += dynamic;
        }

        _dynamicConstants = _dynamicUses.Where(use => !use.IsOffset).ToDictionary(use => use.Slot, use => (ulong)(dynamic + use.Offset));
        _frame.Late = _dynamicConstants;
    }

    /// <summary>
    /// The read that begins a loop of compare and swap is a guess which the swap checks, as the CUDA programming guide writes such loops; it counts as strong. It is
    /// known by its address: the same register and offset as that of the swap.
    /// </summary>
    private void MarkGuesses()
    {
        var swaps = _code.Where(i => i.Data is Memory.AtomicForm { Operation: ".cas" } && i.A >= 0).Select(i => (i.A, i.Offset)).ToHashSet();
        foreach (var i in _code.Where(i => i.Class == InstructionClass.Load && swaps.Contains((i.A, i.Offset))))
        {
            i.IsStrong = true;
        }
    }

    private Dictionary<int, ulong> _dynamicConstants = [];

    private static PtxInstruction EndOf(PtxFunction function) => new("exit", [], [], null, null, function.Line);

    private void ResolveJumps()
    {
        foreach (var (instruction, labels, line) in _jumps)
        {
            var targets = labels.Select(label => _labels.TryGetValue(label, out var at)
                ? at : throw new PtxException(line, $"the label '{label[(label.LastIndexOf('/') + 1)..]}' is not defined.")).ToArray();
            instruction.Target = targets[0];
            instruction.Targets = targets;
        }
    }

    private PtxException Error(string reason) => new(_text.Line, reason);

    /// <summary>Names of a function as it is put in line at one place.</summary>
    private sealed class Scope(string prefix, Scope? caller, string function)
    {
        public string Prefix { get; } = prefix;

        public Scope? Caller { get; } = caller;

        public string Function { get; } = function;

        public Dictionary<string, (int Slot, PtxType Type, int Number)> Registers { get; } = new(StringComparer.Ordinal);

        /// <summary>Variables: their space and offset.</summary>
        public Dictionary<string, (StateSpace Space, long Address)> Variables { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether it is the kernel itself.</summary>
        public bool IsEntry { get; init; }

        /// <summary>Whether it is a function that is called with a stack.</summary>
        public bool IsRoutine { get; init; }

        /// <summary>The slot of the address of its local variables; -1 where that is 0.</summary>
        public int FramePointer { get; init; } = caller?.FramePointer ?? -1;

        public string EndLabel => Prefix + "/end";

        public bool Contains(string name) => Function == name || (Caller?.Contains(name) ?? false);
    }
}
