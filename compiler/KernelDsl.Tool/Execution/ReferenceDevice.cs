using System.Diagnostics;
using KernelDsl.Compiler.Reference;

namespace KernelDsl.Tool.Execution;

/// <summary>The interpreter of the equations in f64: slow, and the one that the others are measured by.</summary>
internal sealed class ReferenceDevice(bool roundOutputs) : KernelDevice
{
    public override string Name => "reference";

    public override RunResult Run(KernelCase work)
    {
        var data = new ReferenceData();
        foreach (var (key, array) in work.Inputs)
        {
            if (array.Element.IsFloat())
            {
                data.Floats[key] = (double[])array.Floats.Clone();
            }
            else
            {
                data.Integers[key] = (long[])array.Integers.Clone();
            }
        }

        foreach (var extent in work.Kernel.Extents)
        {
            data.Extents[extent.Name] = work.Sizes.Numbers[extent];
        }

        ScalarValues.Fill(work, data.IntegerScalars, data.FloatScalars);
        var start = Stopwatch.GetTimestamp();
        ReferenceInterpreter.Run(work.Kernel, work.Instance, data, roundOutputs);
        var time = Stopwatch.GetElapsedTime(start);
        var outputs = work.Outputs().ToImmutableDictionary(
            output => output.Component.Key,
            output => output.Element.IsFloat()
                ? new HostArray(output.Element, output.Shape, data.Floats[output.Component.Key])
                : new HostArray(output.Element, output.Shape, data.Integers[output.Component.Key]));
        return new RunResult(outputs, time);
    }
}
