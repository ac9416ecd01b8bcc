namespace KernelDsl.Tool.Execution;

/// <summary>
/// One array of a run in the form that the reference reads: floats as f64, integers and truth values as i64, each a value that the element type can hold.
/// </summary>
internal sealed class HostArray
{
    public HostArray(ElementType element, ImmutableArray<long> shape, double[] floats)
        : this(element, shape) => Floats = floats;

    public HostArray(ElementType element, ImmutableArray<long> shape, long[] integers)
        : this(element, shape) => Integers = integers;

    private HostArray(ElementType element, ImmutableArray<long> shape)
    {
        Element = element;
        Shape = shape;
    }

    public ElementType Element { get; }

    public ImmutableArray<long> Shape { get; }

    /// <summary>The values of a float array; otherwise empty.</summary>
    public double[] Floats { get; } = [];

    /// <summary>The values of an integer or bool array; otherwise empty.</summary>
    public long[] Integers { get; } = [];

    public long Count => Element.IsFloat() ? Floats.LongLength : Integers.LongLength;

    public static HostArray Zeros(ElementType element, ImmutableArray<long> shape, string key)
    {
        var count = CountOf(shape, element, key);
        return element.IsFloat() ? new HostArray(element, shape, new double[count]) : new HostArray(element, shape, new long[count]);
    }

    /// <summary>The number of elements of a shape.</summary>
    /// <exception cref="ToolException">They do not fit into memory as the tool keeps them.</exception>
    public static int CountOf(ImmutableArray<long> shape, ElementType element, string key)
    {
        UInt128 count = 1;
        foreach (var size in shape)
        {
            if (size == 0)
            {
                return 0;
            }

            count *= (UInt128)size;
            if (count > (UInt128)(Array.MaxLength / Math.Max(1, element.Bits() / 8)))
            {
                throw ToolException.Failure(ArgumentDiagnostics.TooLarge, key, string.Join(" x ", shape));
            }
        }

        return (int)count;
    }
}
