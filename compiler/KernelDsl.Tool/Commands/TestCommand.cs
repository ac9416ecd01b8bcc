using System.CommandLine;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Inputs;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl test</c>: every example of every kernel on the devices, against the reference.</summary>
internal sealed class TestCommand(ToolContext context)
{
    // The reference takes roughly a microsecond for a point; 20 million are some tens of seconds.
    private const double DefaultBudget = 2e7;

    // A virtual GPU that nobody asked for takes part where it costs about a second.
    private const double VirtualBudget = 1e6;

    private readonly Argument<string[]> _files = CommandLine.Files();
    private readonly Option<string[]> _devices = new("--device") { Description = "Devices, such as cpu, cuda:0, virtual:sm_80 (with all checks); without it the CPU, all GPUs, and with NVRTC virtual:sm_80 for small examples.", DefaultValueFactory = _ => [] };
    private readonly Option<long> _seed = new("--seed") { Description = "The seed of the inputs.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _budget = new("--budget") { Description = "Skip examples whose extents have a larger product.", DefaultValueFactory = _ => DefaultBudget };
    private double _virtualBudget;
    private int _passed;
    private int _failed;
    private int _skipped;

    public static Command Create(ToolContext context)
    {
        var test = new TestCommand(context);
        var command = new Command("test", "Run the examples of specs and compare with the reference.") { test._files, test._devices, test._seed, test._budget };
        command.SetAction(test.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var names = parsed.GetRequiredValue(_devices) is { Length: > 0 } given ? given : AvailableDevices();
        var devices = names.Select(name => KernelDevice.Open(name)).ToArray();
        _virtualBudget = parsed.GetRequiredValue(_devices).Length > 0 ? double.PositiveInfinity : VirtualBudget;
        try
        {
            foreach (var file in Sources.Expand(parsed.GetRequiredValue(_files)))
            {
                if (!CommandLine.TryCompile(context, file, out var compilation))
                {
                    Fail($"{file}: has errors");
                    continue;
                }

                foreach (var example in compilation.Module.Examples)
                {
                    Test(file, compilation, example, devices, parsed.GetValue(_seed), parsed.GetValue(_budget));
                }
            }
        }
        finally
        {
            Array.ForEach(devices, device => device.Dispose());
        }

        context.Output.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");
        return _failed > 0 ? (int)ExitCode.Failure : (int)ExitCode.Success;
    }

    private static string[] AvailableDevices()
    {
        var gpus = NativeCudaDriver.TryLoad(out var driver, out _) ? driver.DeviceCount : 0;
        string[] checking = NvrtcCompiler.TryLoad(out _, out _) ? [VirtualDevice.Prefix + "sm_80"] : [];
        return ["cpu", .. Enumerable.Range(0, gpus).Select(ordinal => $"cuda:{ordinal}"), .. checking];
    }

    private void Test(string file, KernelCompilation compilation, BoundExample example, KernelDevice[] devices, long seed, double budget)
    {
        var name = $"{file}: {example.KernelName} {example.Name}";
        if (compilation.Module.Kernels.FirstOrDefault(kernel => kernel.Name == example.KernelName) is not { } kernel)
        {
            return; // the binder has reported it
        }

        // Before anything is made: an example for a large GPU would not fit into the memory of a small machine.
        var product = kernel.Extents.Aggregate(1.0, (count, extent) => count * Math.Max(1, example.Values.GetValueOrDefault(extent.Name, 1)));
        if (product > budget)
        {
            _skipped++;
            context.Output.WriteLine(FormattableString.Invariant($"skip {name}: the extents' product {product:0.##e+00} is over the budget of {budget:0.##e+00}"));
            return;
        }

        try
        {
            var values = new NamedValues();
            RunOptions.AddExample(values, example);
            var work = KernelCase.Prepare(compilation, kernel, values, input: null, seed);
            using var reference = new ReferenceDevice(roundOutputs: true);
            var expected = Progress.Run(context, name, () => reference.Run(work));
            foreach (var device in devices.Where(device => device is not VirtualDevice || product <= _virtualBudget))
            {
                Test(name, work, expected, device);
            }
        }
        catch (ToolException e)
        {
            Fail($"{name}: {e.Descriptor.Id}: {e.Message}");
        }
    }

    private void Test(string name, KernelCase work, RunResult expected, KernelDevice device)
    {
        try
        {
            var result = Progress.Run(context, $"{name} on {device.Name}", () => device.Run(work));
            var wrong = Comparisons.Of(work, result, expected).Where(comparison => !comparison.IsOk).ToArray();
            if (wrong.Length > 0)
            {
                Fail($"{name} on {device.Name}: {string.Join("; ", wrong.Select(comparison => comparison.ToString()))}");
                return;
            }

            _passed++;
            context.Output.WriteLine(FormattableString.Invariant($"pass {name} on {device.Name} ({result.Time.TotalMilliseconds:0.###} ms)"));
        }
        catch (ToolException e)
        {
            Fail($"{name} on {device.Name}: {e.Descriptor.Id}: {e.Message}");
        }
    }

    private void Fail(string message)
    {
        _failed++;
        context.Output.WriteLine($"FAIL {message}");
    }
}
