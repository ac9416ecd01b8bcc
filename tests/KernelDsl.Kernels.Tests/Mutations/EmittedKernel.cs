using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Kernels.Tests.Mutations;

/// <summary>What KernelDsl emits for the cases of one kernel, and how the cases run on the virtual GPU with any PTX in its place.</summary>
internal sealed class EmittedKernel
{
    public const string Architecture = "sm_80";

    private readonly NvrtcCompiler _compiler;
    private readonly KernelPlan _plan;
    private readonly ImmutableArray<(PreparedCase Case, RunResult Expected)> _cases;
    private readonly ImmutableArray<PreparedCase> _others;
    private readonly bool _fills;
    private readonly Lazy<HashSet<int>> _executed;
    private readonly Lazy<ImmutableArray<ImmutableArray<ulong>>> _effects;

    /// <param name="compiler">NVRTC.</param>
    /// <param name="cases">Cases that share one program.</param>
    /// <param name="expected">What the CPU back end computes.</param>
    /// <param name="others">Cases that only tell whether a mutant has another effect.</param>
    public EmittedKernel(NvrtcCompiler compiler, ImmutableArray<PreparedCase> cases, ImmutableArray<PreparedCase> others, Func<PreparedCase, RunResult> expected)
    {
        _others = others;
        _executed = new(FindExecuted);
        _effects = new(() => [.. _others.Select((_, k) => Effect(Ptx!, k) ?? throw new InvalidOperationException($"{Name} is not in order."))]);
        _compiler = compiler;
        var unit = CudaEmission.Emit(PlainSchedule.Lower(cases[0].Work.Kernel, cases[0].Work.Instance));
        (Name, Text, _plan) = (cases[0].Work.Kernel.Name, unit.Text, unit.Plan);
        _cases = [.. cases.Select(c => (c, expected(c)))];
        Ptx = Compile(Text)!;

        // Kernels that add to their results, or leave a part of them, ask for zeros.
        _fills = Run(Ptx, 1, fills: false) is not null;
    }

    public string Name { get; }

    public string Text { get; }

    public string Ptx { get; }

    /// <summary>The PTX of CUDA C; null when it does not compile.</summary>
    public string? Compile(string text)
    {
        try
        {
            return _compiler.Compile(text, Name, Architecture, NvrtcOutput.Ptx, ["-lineinfo", .. CudaEmission.CompilerOptions]).Text;
        }
        catch (NvrtcException)
        {
            return null;
        }
    }

    /// <summary>Runs the cases until one is reported.</summary>
    /// <returns>What was found, or how a result is wrong; null when all is well.</returns>
    /// <exception cref="CudaException">This is no PTX.</exception>
    public string? Run(string ptx, int seed) => Run(ptx, seed, _fills);

    /// <summary>The lines of the PTX that some case executes.</summary>
    public HashSet<int> Executed => _executed.Value;

    /// <summary>Whether results have the same bits and the same bytes of global memory are accessed as often in all of the other cases.</summary>
    public bool HasSameEffect(string ptx) => Enumerable.Range(0, _others.Length).All(k => Effect(ptx, k) is { } effect && effect.SequenceEqual(_effects.Value[k]));

    private static VirtualGpuOptions Options(int seed, bool counts) => new()
    {
        Architecture = Architecture, MultiprocessorCount = 1, Seed = seed, Workers = 1, InstructionBudget = 5_000_000, Checks = VirtualGpuChecks.Strict, CountEvents = counts,
    };

    // The threads of a kernel stride over its points, so any number of blocks is right. With one, they stride.
    private static WatchedDriver Open(int seed, bool fills, bool counts = false) => new(new VirtualCudaDriver(Options(seed, counts)), fills, seed % 2 == 0 ? 1 : int.MaxValue);

    private HashSet<int> FindExecuted()
    {
        var lines = new HashSet<int>();
        foreach (var (prepared, _) in _cases)
        {
            foreach (var seed in (int[])[1, 2])
            {
                using var driver = Open(seed, _fills, counts: true);
                _ = Start(driver, Ptx, prepared);
                lines.UnionWith(driver.Executed);
            }
        }

        return lines;
    }

    private ImmutableArray<ulong>? Effect(string ptx, int k)
    {
        var touched = 0UL;
        using var gpu = new VirtualGpu.VirtualGpu(Options(k + 1, counts: false))
        {
            // A sum, because the order of threads does not matter.
            Observer = touch => touched += Mix((touch.Allocation.Address << 8) ^ ((ulong)touch.Offset << 8) ^ ((ulong)touch.Width << 2) ^ (ulong)touch.Type),
        };
        try
        {
            using var driver = new WatchedDriver(new VirtualCudaDriver(gpu), _fills, k % 2 == 0 ? 1 : int.MaxValue);
            var result = Start(driver, ptx, _others[k]);
            return [touched, .. result.Outputs.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => Bits(pair.Value))];
        }
        catch (Exception e) when (e is VirtualGpuFaultException or UnwrittenResultException)
        {
            return null;
        }
    }

    private static IEnumerable<ulong> Bits(HostArray array)
        => array.Element.IsFloat() ? array.Floats.Select(BitConverter.DoubleToUInt64Bits) : array.Integers.Select(value => (ulong)value);

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9;
        return x ^ (x >> 32);
    }

    private string? Run(string ptx, int seed, bool fills)
    {
        foreach (var (prepared, expected) in _cases)
        {
            using var driver = Open(seed, fills);
            try
            {
                var actual = Start(driver, ptx, prepared);
                foreach (var (_, component, element, _) in prepared.Work.Outputs())
                {
                    var comparison = Comparison.Of(component.Key, actual.Outputs[component.Key], expected.Outputs[component.Key], prepared.Allowed(element));
                    if (!comparison.IsOk)
                    {
                        return comparison.ToString();
                    }
                }
            }
            catch (Exception e) when (e is VirtualGpuFaultException or UnwrittenResultException)
            {
                return e.Message;
            }
        }

        return null;
    }

    private RunResult Start(WatchedDriver driver, string ptx, PreparedCase prepared)
    {
        Assert.True(CudaDevice.TryOpen(driver, 0, out var opened, out _));
        using var device = new Device(_plan, System.Text.Encoding.UTF8.GetBytes(ptx), opened);
        return device.Run(prepared.Work);
    }

    private sealed class Device(KernelPlan plan, byte[] ptx, CudaDevice device) : CompiledDevice
    {
        public override string Name => device.Name;

        public override void Dispose()
        {
            device.Dispose();
            base.Dispose();
        }

        protected override CompiledKernel Compile(LoopProgram program, KernelCase work) => new CudaKernel(device, plan, ptx);
    }
}
