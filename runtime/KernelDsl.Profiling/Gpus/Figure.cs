namespace KernelDsl.Profiling.Gpus;

/// <summary>How far a number can be trusted.</summary>
public enum FigureMark
{
    /// <summary>Stated in a public source.</summary>
    Stated,

    /// <summary>Follows by arithmetic from stated numbers.</summary>
    Derived,

    /// <summary>Taken over from manuals without a copy at hand: to be verified on a GPU.</summary>
    Recalled,
}

/// <summary>A number of a GPU with where it comes from.</summary>
/// <param name="Value">The number, in the unit that its property names.</param>
/// <param name="Mark">How far it can be trusted.</param>
/// <param name="Source">Where it comes from, in a few words.</param>
public sealed record Figure(double Value, FigureMark Mark, string Source)
{
    /// <summary>The number alone.</summary>
    /// <param name="figure">A figure.</param>
    public static implicit operator double(Figure figure) => figure.Value;

    /// <summary>A stated number.</summary>
    internal static Figure Stated(double value, string source) => new(value, FigureMark.Stated, source);

    /// <summary>A derived number.</summary>
    internal static Figure Derived(double value, string source) => new(value, FigureMark.Derived, source);

    /// <summary>A recalled number.</summary>
    internal static Figure Recalled(double value, string source) => new(value, FigureMark.Recalled, source);
}
