using System.CommandLine;
using System.Text;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Pages;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Inputs;
using KernelDsl.Tool.Profiling;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl profile</c>: what a kernel does to a GPU, counted on a virtual one.</summary>
internal sealed class ProfileCommand(ToolContext context)
{
    private readonly Argument<string> _file = CommandLine.File();
    private readonly Option<string?> _kernel = CommandLine.Kernel();
    private readonly RunOptions _call = new();
    private readonly Option<string> _device = new("--device") { Description = "The virtual GPU, such as virtual:sm_80.", DefaultValueFactory = _ => VirtualDevice.Prefix + "sm_80" };
    private readonly Option<string[]> _gpus = new("--gpu") { Description = "GPUs to bound: " + string.Join(", ", GpuModel.All.Select(gpu => gpu.Id)) + " (all).", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<long> _seed = new("--seed") { Description = "The seed of inputs that are made at random.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _input = new("--input") { Description = "An .npz with inputs; those that it lacks are made at random." };
    private readonly Option<string?> _html = new("--html") { Description = "The file of the page." };

    public static Command Create(ToolContext context)
    {
        var profile = new ProfileCommand(context);
        profile._gpus.AcceptOnlyFromAmong([.. GpuModel.All.Select(gpu => gpu.Id)]);
        var command = new Command("profile", "Count what a kernel does and bound its time on GPUs, without one.") { profile._file, profile._kernel };
        profile._call.AddTo(command);
        foreach (var option in (Option[])[profile._device, profile._gpus, profile._seed, profile._input, profile._html])
        {
            command.Add(option);
        }

        command.SetAction(profile.Run);
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
        var name = parsed.GetRequiredValue(_device);
        using var opened = KernelDevice.Open(name, new DeviceOptions(Sanitize: false, Counts: true));
        if (opened is not VirtualDevice device)
        {
            throw ToolException.Usage(ToolDiagnostics.Usage, $"Profiles are made on a virtual GPU, such as virtual:sm_80; '{name}' is none.");
        }

        var work = KernelCase.Prepare(compilation, kernel, values, parsed.GetValue(_input), parsed.GetValue(_seed));
        var chosen = parsed.GetRequiredValue(_gpus);
        var profiler = new KernelProfiler(device, [.. GpuModel.All.Where(gpu => chosen.Length == 0 || chosen.Contains(gpu.Id))]);
        var (_, report) = Progress.Run(context, $"profiling {kernel.Name} on {device.Name}", () => profiler.Run(work));
        report = report with { Notes = [$"sizes: {CallSizesReader.SizesText(kernel, work.Sizes)}", .. report.Notes] };
        context.Output.Write(ProfileText.Write(report));
        if (parsed.GetValue(_html) is { } target)
        {
            AtomicFile.Write(target, stream => stream.Write(Encoding.UTF8.GetBytes(ProfilePage.Write(report))));
            context.Output.WriteLine($"\npage: {target}");
        }

        return (int)ExitCode.Success;
    }
}
