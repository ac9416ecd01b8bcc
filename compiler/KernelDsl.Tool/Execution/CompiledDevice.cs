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
        using var compiled = Compile(program);
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

        FillArguments(work, program, arguments);
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

    protected abstract CompiledKernel Compile(LoopProgram program);

    // A program names its arguments after extents and scalars, with '_' for characters that identifiers lack.
    private static void FillArguments(KernelCase work, LoopProgram program, KernelArguments arguments)
    {
        var integers = work.Kernel.Extents.ToDictionary(extent => extent.Name, extent => work.Sizes.Numbers[extent], StringComparer.Ordinal);
        var floats = new Dictionary<string, double>(StringComparer.Ordinal);
        ScalarValues.Fill(work, integers, floats);
        foreach (var (name, value) in integers)
        {
            arguments.Integers[ArgumentName(program, name)] = value;
        }

        foreach (var (name, value) in floats)
        {
            arguments.Floats[ArgumentName(program, name)] = value;
        }
    }

    private static string ArgumentName(LoopProgram program, string name)
    {
        var identifier = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return program.Arguments.Any(argument => argument.Name == name) ? name : identifier;
    }
}
