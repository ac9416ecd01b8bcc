using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Testing.Execution;

/// <summary>
/// Runs emitted CUDA C on the CPU: g++ compiles it with a shim, and one thread plays all the threads of the grid, one after another. It shows
/// whether the text computes the right thing, not whether it is free of races.
/// </summary>
internal sealed unsafe class HostCudaRunner : CompiledKernel
{
    // Fewer than most grids need, so that the threads stride.
    private const uint MostBlocks = 3;

    private readonly PlanProgram _program;
    private readonly ImmutableArray<nint> _launchers;
    private readonly object _gate;

    private HostCudaRunner(KernelPlan plan, nint library, object gate)
    {
        _program = new PlanProgram(plan);
        _launchers = plan.Stages.Select(stage => NativeLibrary.GetExport(library, $"launch_{stage.Function}")).ToImmutableArray();
        _gate = gate;
    }

    /// <summary>Whether g++ can be started.</summary>
    public static bool IsAvailable { get; } = Array.Exists(
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator),
        folder => File.Exists(Path.Combine(folder, "g++")));

    public override string Name => _program.Plan.Name;

    public static HostCudaRunner Compile(LoopProgram program) => CompileMany([program])[0];

    /// <summary>Compiles many programs with one run of g++.</summary>
    /// <exception cref="InvalidOperationException">g++ reports errors or warnings; the message has them and the text.</exception>
    public static ImmutableArray<HostCudaRunner> CompileMany(ImmutableArray<LoopProgram> programs)
    {
        var text = new StringBuilder(HostCudaShim.Prelude);
        var plans = new List<KernelPlan>();
        foreach (var program in programs)
        {
            var prefix = $"kernel_{plans.Count}_{NameScope.Identifier(program.Name)}";
            var unit = CudaEmission.Emit(program, new CudaOptions(prefix, Helpers: HostCudaShim.Helpers));
            plans.Add(unit.Plan);
            text.Append($"namespace {prefix}\n{{\n").Append(unit.Text).Append("}\n");
            foreach (var stage in unit.Plan.Stages)
            {
                text.Append($"using {prefix}::{stage.Function};\n").Append(HostCudaShim.Launcher(stage.Function));
            }
        }

        var library = CompileLibrary(text.ToString());
        var gate = new object();
        return plans.Select(plan => new HostCudaRunner(plan, library, gate)).ToImmutableArray();
    }

    public override TimeSpan Run(KernelArguments arguments)
    {
        var launch = _program.Bind(arguments);
        var memory = launch.Lengths.Select((length, i) => new GuardedMemory(_program.Plan.Buffers[i], length, launch.Buffers[i])).ToImmutableArray();
        try
        {
            var start = Stopwatch.GetTimestamp();

            // The shim's thread indexes are variables of the library.
            lock (_gate)
            {
                _program.Run(launch, new Runner(this, launch, memory));
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            foreach (var buffer in memory)
            {
                buffer.Finish();
            }

            return elapsed;
        }
        finally
        {
            foreach (var buffer in memory)
            {
                buffer.Dispose();
            }
        }
    }

    private static nint CompileLibrary(string text)
    {
        var folder = Directory.CreateTempSubdirectory("kdsl-host-");
        try
        {
            var source = Path.Combine(folder.FullName, "kernels.cpp");
            var library = Path.Combine(folder.FullName, "kernels.so");
            File.WriteAllText(source, text);
            string[] options =
            [
                "-std=c++17", "-O1", "-shared", "-fPIC", "-ffp-contract=off", "-fno-strict-aliasing", "-fno-builtin", "-w", source, "-o", library, "-lm",
            ];
            using var process = Process.Start(new ProcessStartInfo("g++", options) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? NativeLibrary.Load(library)
                : throw new InvalidOperationException($"g++ does not compile the emitted CUDA C.\n{errors}\n{text}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Runner(HostCudaRunner kernel, BoundLaunch launch, ImmutableArray<GuardedMemory> memory) : IStageRunner
    {
        public void Launch(int stage, long points, ReadOnlySpan<long> serial)
        {
            var plan = kernel._program.Plan;
            var planned = plan.Stages[stage];
            Span<ulong> slots = stackalloc ulong[planned.Parameters.Length + 1];
            Span<nint> addresses = stackalloc nint[planned.Parameters.Length + 1];
            fixed (ulong* first = slots)
            fixed (nint* list = addresses)
            {
                for (var i = 0; i < planned.Parameters.Length; i++)
                {
                    var (kind, index, _) = planned.Parameters[i];
                    slots[i] = kind switch
                    {
                        PlanParameterKind.Buffer => (ulong)memory[index].Address,
                        PlanParameterKind.Serial => (ulong)serial[index],
                        _ when plan.Arguments[index].Type == PlanScalar.F32
                            => BitConverter.SingleToUInt32Bits((float)BitConverter.Int64BitsToDouble(launch.Values[index])),
                        _ => (ulong)launch.Values[index],
                    };
                    addresses[i] = (nint)(first + i);
                }

                var blocks = (uint)Math.Min((points + planned.BlockSize - 1) / planned.BlockSize, MostBlocks);
                ((delegate* unmanaged<nint*, uint, uint, void>)kernel._launchers[stage])(list, blocks, (uint)planned.BlockSize);
            }
        }
    }
}
