namespace KernelDsl.Testing.Mutations;

/// <summary>What a mutation breaks.</summary>
internal enum MutationKind
{
    /// <summary>A barrier is gone.</summary>
    Barrier,

    /// <summary>A wait for an asynchronous copy, or its commit, is gone.</summary>
    Wait,

    /// <summary>A fence is gone.</summary>
    Fence,

    /// <summary>A loop or guard has another limit.</summary>
    Bound,

    /// <summary>A guard always holds.</summary>
    Guard,

    /// <summary>Two indices, or two operands of an address, changed places.</summary>
    Swap,

    /// <summary>An offset is another.</summary>
    Offset,
}

/// <summary>A text with one change.</summary>
/// <param name="Kind">What is broken.</param>
/// <param name="Line">The changed line, from 1.</param>
/// <param name="Description">Before and after, in a few words.</param>
/// <param name="Text">The whole text.</param>
internal sealed record Mutant(MutationKind Kind, int Line, string Description, string Text)
{
    public override string ToString() => $"{Kind} at line {Line}: {Description}";
}
