using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;

namespace KernelDsl.Tool.Execution;

/// <summary>A device that runs compiled programs: packs the inputs, launches, unpacks the outputs.</summary>
internal abstract class CompiledDevice : KernelDevice
{
    public override RunResult Run(KernelCase work)
    {
        var program = PlainSchedule.Lower(work.Kernel, work.Instance);
        using var compiled = Compile(program, work);
        var arguments = new KernelArguments();
        foreach (var component in work.Kernel.Parameters.SelectMany(tensor => tensor.Components))
        {
            arguments.Buffers[component.BufferName] = BufferPacking.Pack(work.Inputs[component.Key]);
        }

        var outputs = work.Outputs().ToArray();
        foreach (var output in outputs)
        {
            arguments.Buffers[output.Component.BufferName] = new HostBuffer(output.Element, HostArray.CountOf(output.Shape, output.Element, output.Component.Key));
        }

        FillArguments(work, arguments);
        TimeSpan time;
        try
        {
            time = compiled.Run(arguments);
        }
        catch (Exception e) when (e is ArgumentException or KernelBoundsException)
        {
            throw ToolException.Failure(ArgumentDiagnostics.RunRefused, work.Kernel.Name, e.Message);
        }

        return new RunResult(
            outputs.ToImmutableDictionary(output => output.Component.Key, output => BufferPacking.Unpack(arguments.Buffers[output.Component.BufferName], output.Shape)), time);
    }

    protected abstract CompiledKernel Compile(LoopProgram program, KernelCase work);

    // Consts too: a program that has them folded in asks for none.
    private static void FillArguments(KernelCase work, KernelArguments arguments)
    {
        var integers = work.Kernel.Extents.Cast<Symbol>().Concat(work.Kernel.Consts)
            .ToDictionary(symbol => symbol.Name, symbol => work.Sizes.Numbers[symbol], StringComparer.Ordinal);
        var floats = new Dictionary<string, double>(StringComparer.Ordinal);
        ScalarValues.Fill(work, integers, floats);
        var names = ArgumentNames.Of(work.Kernel);
        foreach (var (name, value) in integers)
        {
            arguments.Integers[names[name]] = value;
        }

        foreach (var (name, value) in floats)
        {
            arguments.Floats[names[name]] = value;
        }
    }
}
