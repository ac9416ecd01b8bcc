using System.CommandLine;
using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Inputs;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl run</c>: one kernel on one device, with given or random inputs.</summary>
internal sealed class RunCommand(ToolContext context)
{
    private readonly Argument<string> _file = CommandLine.File();
    private readonly Option<string?> _kernel = CommandLine.Kernel();
    private readonly RunOptions _call = new();
    private readonly Option<string> _device = new("--device") { Description = "reference, cpu, cuda:0 or virtual:sm_80.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<long?> _seed = new("--seed") { Description = "The seed of inputs that are made at random (1); with --input, makes those that the file lacks." };
    private readonly Option<string?> _input = new("--input") { Description = "An .npz with the inputs; without it they are made at random." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "An .npz for the outputs." };
    private readonly Option<bool> _sanitize = new("--sanitize") { Description = "On a virtual GPU: check uninitialised reads, races, barriers and divisions too; bounds and alignment always are." };
    private readonly Option<int> _schedule = new("--schedule-seed") { Description = "On a virtual GPU: decides the order of warps (1).", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _check = new("--check") { Description = "Compare with the reference and fail when an output is too far from it." };

    public static Command Create(ToolContext context)
    {
        var run = new RunCommand(context);
        var command = new Command("run", "Run a kernel.") { run._file, run._kernel };
        run._call.AddTo(command);
        foreach (var option in (Option[])[run._device, run._seed, run._input, run._output, run._check, run._sanitize, run._schedule])
        {
            command.Add(option);
        }

        command.SetAction(run.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!CommandLine.TryCompile(context, parsed.GetRequiredValue(_file), out var compilation))
        {
            return (int)ExitCode.Failure;
        }

        var kernel = KernelChoice.One(compilation, parsed.GetValue(_kernel));
        var values = _call.Read(parsed, compilation, kernel);
        using var device = KernelDevice.Open(parsed.GetRequiredValue(_device), new DeviceOptions(parsed.GetValue(_sanitize), parsed.GetValue(_schedule)));
        var work = KernelCase.Prepare(compilation, kernel, values, parsed.GetValue(_input), parsed.GetValue(_seed));
        var result = Progress.Run(context, $"running {kernel.Name} on {device.Name}", () => device.Run(work));
        context.Output.WriteLine(FormattableString.Invariant($"{kernel.Name} on {device.Name}: {result.Time.TotalMilliseconds:0.###} ms"));
        context.Output.WriteLine($"sizes: {CallSizesReader.SizesText(kernel, work.Sizes)}");
        foreach (var (_, component, _, _) in work.Outputs())
        {
            context.Output.WriteLine(OutputReport.Line(component.Key, result.Outputs[component.Key]));
        }

        if (parsed.GetValue(_output) is { } target)
        {
            NpzWriter.Write(target, OutputArrays.Of(work, result));
        }

        return parsed.GetValue(_check) && !Check(work, result, device) ? (int)ExitCode.Failure : (int)ExitCode.Success;
    }

    private bool Check(KernelCase work, RunResult result, KernelDevice device)
    {
        // The reference against itself shows what the rounding of the outputs does.
        using var reference = new ReferenceDevice(roundOutputs: device is not ReferenceDevice);
        var expected = Progress.Run(context, $"running {work.Kernel.Name} on the reference", () => reference.Run(work));
        var isOk = true;
        foreach (var comparison in Comparisons.Of(work, result, expected))
        {
            context.Output.WriteLine(comparison);
            isOk &= comparison.IsOk;
        }

        return isOk;
    }
}
