namespace KernelDsl.Properties.Tests;

/// <summary>Inputs of a model: eighths, which every float type of the tests holds exactly.</summary>
internal sealed class ModelData
{
    public ModelData(ModelKernel kernel)
    {
        var random = new Random(kernel.Seed);
        int Size(string axes) => axes.Aggregate(1, (product, axis) => product * kernel.Extents[axis.ToString()]);
        foreach (var (name, axes) in ModelTensors.Floats.OrderBy(t => t.Key))
        {
            Floats[name] = Enumerable.Range(0, Size(axes)).Select(_ => random.Next(-8, 9) / 8.0).ToArray();
        }

        foreach (var (name, axes) in ModelTensors.Integers.OrderBy(t => t.Key))
        {
            Integers[name] = Enumerable.Range(0, Size(axes)).Select(_ => random.Next(-1, 6)).ToArray();
        }

        Mask = Enumerable.Range(0, Size(ModelTensors.MaskAxes)).Select(_ => random.Next(3) > 0).ToArray();
    }

    public Dictionary<string, double[]> Floats { get; } = [];

    public Dictionary<string, int[]> Integers { get; } = [];

    public bool[] Mask { get; }
}
