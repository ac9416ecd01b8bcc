using KernelDsl.Profiling;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Sass;
using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Profiling;

/// <summary>Runs a kernel on a virtual GPU that counts, and makes a report of all its launches.</summary>
internal sealed class KernelProfiler(VirtualDevice device, ImmutableArray<GpuModel> gpus)
{
    private readonly Dictionary<string, Disassembly> _machineCode = new(StringComparer.Ordinal);
    private readonly SassTools? _tools = SassTools.Find();
    private string? _problem;

    /// <exception cref="ToolException">The kernel refuses its arguments, or does something wrong.</exception>
    public (RunResult Result, ProfileReport Report) Run(KernelCase work)
    {
        var builder = new ProfileBuilder(gpus, MachineCode);
        void Add(VirtualGpu.LaunchProfile launch) => builder.Add(InOneFile(launch.Counters, CudaFile(work)), launch.Streams);
        device.Gpu.Profiled += Add;
        try
        {
            var result = device.Run(work);
            return (result, Describe(work, builder));
        }
        finally
        {
            device.Gpu.Profiled -= Add;
        }
    }

    private ProfileReport Describe(KernelCase work, ProfileBuilder builder)
    {
        var (cuda, ptx) = device.LastCode!.Value;
        var report = builder.Build(work.Kernel.Name);
        return report with
        {
            Spec = work.Source is null ? null : new ProfileSource(work.Source.Path, work.Source.Text),
            Cuda = new ProfileSource(CudaFile(work), cuda.Text),
            Ptx = new ProfileSource(work.Kernel.Name + ".ptx", ptx),
            Notes = [$"PTX for {device.Architecture}, executed on the CPU; {builder.Launches} launch{(builder.Launches == 1 ? "" : "es")}.", .. Problems()],
        };
    }

    private static string CudaFile(KernelCase work) => work.Kernel.Name + ".cu";

    // NVRTC puts the working folder before the name, where no such file is.
    private static KernelCounters InOneFile(KernelCounters counters, string file)
        => counters with { Lines = [.. counters.Lines.Select(line => line with { Cuda = line.Cuda is { } place ? place with { File = file } : null })] };

    private IEnumerable<string> Problems() => _tools is null ? [SassTools.Absent] : _problem is null ? [] : [_problem];

    private SassReport? MachineCode(GpuModel gpu, KernelCounters counters)
    {
        if (_tools is null || _problem is not null)
        {
            return null;
        }

        if (!_machineCode.TryGetValue(gpu.Architecture, out var known))
        {
            try
            {
                _machineCode.Add(gpu.Architecture, known = _tools.Disassemble(device.LastCode!.Value.Ptx, gpu.Architecture));
            }
            catch (InvalidOperationException e)
            {
                _problem = $"Machine code is not shown: {e.Message}";
                return null;
            }
        }

        return known.Report(counters);
    }
}
