namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>The arrays and sizes of a case as an oracle sees them: all numbers are doubles, which hold every element type of the library exactly.</summary>
internal sealed class CaseData
{
    private readonly KernelCase _work;
    private readonly Dictionary<string, Grid> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Grid> _outputs = new(StringComparer.Ordinal);

    public CaseData(KernelCase work)
    {
        _work = work;
        foreach (var (key, array) in work.Inputs)
        {
            _inputs[key] = new Grid(array.Element.IsFloat() ? (double[])array.Floats.Clone() : array.Integers.Select(i => (double)i).ToArray(), array.Shape);
        }

        foreach (var (_, component, _, shape) in work.Outputs())
        {
            _outputs[component.Key] = new Grid(new double[shape.Aggregate(1L, (product, size) => product * size)], shape);
        }
    }

    /// <summary>An input by its key, such as <c>a.values</c>.</summary>
    public Grid this[string key] => _inputs[key];

    /// <summary>An output, of zeros until the oracle fills it.</summary>
    public Grid Out(string key) => _outputs[key];

    /// <summary>An extent or const by its name.</summary>
    public int Size(string name) => (int)_work.Sizes.Numbers.Single(pair => pair.Key.Name == name).Value;

    /// <summary>A scalar argument, as devices get it.</summary>
    public double Scalar(string name)
    {
        var integers = new Dictionary<string, long>(StringComparer.Ordinal);
        var floats = new Dictionary<string, double>(StringComparer.Ordinal);
        ScalarValues.Fill(_work, integers, floats);
        return integers.TryGetValue(name, out var integer) ? integer : floats[name];
    }

    /// <summary>The case with the inputs as they are here, rounded to their types.</summary>
    public KernelCase Store() => _work with
    {
        Inputs = _work.Inputs.ToImmutableDictionary(pair => pair.Key, pair => Rounded(pair.Value, _inputs[pair.Key].Values)),
    };

    private static HostArray Rounded(HostArray like, double[] values) => like.Element.IsFloat()
        ? new HostArray(like.Element, like.Shape, values.Select(value => FloatFormat.Of(like.Element)?.Round(value) ?? value).ToArray())
        : new HostArray(like.Element, like.Shape, values.Select(value => (long)value).ToArray());
}
