using KernelDsl.Plans;

namespace KernelDsl.VirtualGpu.Ptx;

internal enum StateSpace { None, Reg, Param, Global, Const, Shared, Local }

/// <summary>A parsed module.</summary>
internal sealed record PtxModule(string Target, ImmutableArray<PtxVariable> Variables, ImmutableArray<PtxFunction> Functions, ImmutableDictionary<int, string> Files)
{
    /// <summary>Which lines of a spec its CUDA C comes from; null when not known.</summary>
    public SpecLineMap? Spec { get; init; }

    /// <summary>Other names of functions, from <c>.alias</c>.</summary>
    public ImmutableDictionary<string, string> Aliases { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Functions have addresses in a window of their own, which no memory has.</summary>
    public ulong? FunctionAddress(string name) => Function(name) is { } function ? (4UL << 32) + (16 * (ulong)(Functions.IndexOf(function) + 1)) : null;

    /// <summary>The function of a name or of its alias; null when there is none.</summary>
    public PtxFunction? Function(string name)
    {
        var target = Aliases.GetValueOrDefault(name, name);
        return Functions.FirstOrDefault(f => f.Name == target);
    }
}

/// <summary>A piece of an initialiser: bytes at an offset, or the address of a symbol there.</summary>
/// <param name="Mask">The bits of the address that are taken, moved down to bit 0.</param>
internal sealed record PtxInitialiser(int Offset, int Size, ulong Bits, string? Symbol, bool IsGeneric, ulong Mask = ulong.MaxValue);

/// <summary>A variable in memory.</summary>
/// <param name="Bytes">The size; 0 for <c>[]</c>.</param>
internal sealed record PtxVariable(StateSpace Space, string Name, PtxType Type, int Align, long Bytes, bool IsExtern, ImmutableArray<PtxInitialiser> Values, int Line)
{
    public bool IsUnsized => Bytes == 0;
}

/// <summary>A kernel or a function.</summary>
internal sealed record PtxFunction(
    string Name, bool IsEntry, ImmutableArray<PtxVariable> Results, ImmutableArray<PtxVariable> Parameters, PtxBody? Body, PtxBounds Bounds, int Line);

/// <summary>Launch bounds that the text gives; 0 where it gives none.</summary>
internal readonly record struct PtxBounds(int MaxThreads, int RequiredX, int RequiredY, int RequiredZ, int ClusterX, int ClusterY, int ClusterZ, int MaximumClusterRank = 0, bool IsExplicitCluster = false);

/// <summary>The statements of a function in order, names made unique by scope.</summary>
internal sealed record PtxBody(
    ImmutableArray<PtxStatement> Statements, ImmutableDictionary<string, PtxType> Registers, ImmutableArray<PtxVariable> Variables,
    ImmutableDictionary<string, ImmutableArray<string>> BranchTables)
{
    /// <summary>Shapes of functions that are called through pointers, by label.</summary>
    public ImmutableDictionary<string, PtxPrototype> Prototypes { get; init; } = ImmutableDictionary<string, PtxPrototype>.Empty;
}

/// <summary>Results and parameters of a function that is called through a pointer.</summary>
internal sealed record PtxPrototype(ImmutableArray<PtxVariable> Results, ImmutableArray<PtxVariable> Parameters);

/// <summary>A place in the CUDA C source, from <c>.loc</c>; line 0 is none.</summary>
internal sealed record SourcePlace(int File, int Line, int Column, int InlinedFile, int InlinedLine);

internal abstract record PtxStatement(int Line);

internal sealed record PtxLabel(string Name, int Line) : PtxStatement(Line);

/// <summary>One instruction as written.</summary>
internal sealed record PtxInstruction(
    string Opcode, ImmutableArray<string> Modifiers, ImmutableArray<PtxOperand> Operands, PtxGuard? Guard, SourcePlace? Source, int Line) : PtxStatement(Line)
{
    /// <summary>The opcode with its modifiers, as written.</summary>
    public string Name => Opcode + string.Concat(Modifiers);
}

internal sealed record PtxGuard(string Register, bool IsNegated);

internal abstract record PtxOperand;

internal sealed record RegisterOperand(string Name) : PtxOperand;

/// <summary>A part of a register, as video instructions take them: <c>a.b0</c>, <c>a.h1</c>, <c>a.b3210</c>.</summary>
internal sealed record PartOperand(PtxOperand Value, string Part) : PtxOperand;

/// <summary>A number: an integer, or the bits of an f32 or f64.</summary>
internal sealed record NumberOperand(ulong Bits, TokenKind Kind) : PtxOperand;

/// <summary>A variable, a function or a label, with an offset.</summary>
internal sealed record SymbolOperand(string Name, long Offset) : PtxOperand;

/// <summary><c>[base+offset]</c>, with coordinates in tensor copies.</summary>
internal sealed record AddressOperand(PtxOperand? Base, long Offset, ImmutableArray<PtxOperand> More) : PtxOperand;

internal sealed record VectorOperand(ImmutableArray<PtxOperand> Items) : PtxOperand;

/// <summary><c>p|q</c>.</summary>
internal sealed record PairOperand(PtxOperand First, PtxOperand Second) : PtxOperand;

/// <summary><c>!p</c>.</summary>
internal sealed record NegatedOperand(PtxOperand Value) : PtxOperand;

/// <summary><c>_</c>.</summary>
internal sealed record SinkOperand : PtxOperand;

/// <summary>The list of a call in brackets.</summary>
internal sealed record ListOperand(ImmutableArray<PtxOperand> Items) : PtxOperand;
