using System.Collections.Immutable;
using System.Diagnostics;
using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cpu;

/// <summary>A kernel whose stages were compiled for the CPU.</summary>
public sealed class CpuKernel : CompiledKernel
{
    private readonly PlanProgram _program;
    private readonly ImmutableArray<CpuStage> _stages;
    private readonly CpuOptions _options;
    private Workspace? _idle;

    /// <summary>Joins a plan and its compiled stages.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stages">One method for each stage of the plan.</param>
    /// <param name="options">How to use the CPU.</param>
    /// <exception cref="ArgumentException">The number of methods is not the number of stages.</exception>
    public CpuKernel(KernelPlan plan, IEnumerable<CpuStage> stages, CpuOptions? options = null)
    {
        _program = new PlanProgram(plan);
        _stages = stages.ToImmutableArray();
        _options = options ?? new CpuOptions();
        if (_stages.Length != plan.Stages.Length)
        {
            throw new ArgumentException($"The plan has {plan.Stages.Length} stages, not {_stages.Length}.", nameof(stages));
        }
    }

    /// <inheritdoc/>
    public override string Name => _program.Plan.Name;

    /// <summary>What the host does.</summary>
    public KernelPlan Plan => _program.Plan;

    /// <inheritdoc/>
    public override TimeSpan Run(KernelArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var launch = _program.Bind(arguments);

        // A launch that runs beside this one finds no idle workspace and makes its own.
        var workspace = Interlocked.Exchange(ref _idle, null);
        if (workspace is null || !workspace.Fits(launch))
        {
            workspace = new Workspace(Plan, launch);
        }

        var memory = launch.Buffers.Select((buffer, i) => buffer ?? workspace[i]).ToArray();
        var values = launch.Values.ToArray();
        var cpu = new CpuArguments(Plan.Buffers, memory.Select(buffer => buffer.Address).ToArray(), launch.Lengths.ToArray(), values);
        var start = Stopwatch.GetTimestamp();
        _program.Run(values, new CpuStageRunner(_stages, cpu, CpuJob.Create(_options)));
        var elapsed = Stopwatch.GetElapsedTime(start);

        // The stages hold addresses only.
        GC.KeepAlive(memory);
        _idle = workspace;
        return elapsed;
    }

    private sealed class Workspace(KernelPlan plan, BoundLaunch launch)
    {
        private readonly ImmutableArray<HostBuffer?> _buffers = plan.Buffers
            .Select((buffer, i) => buffer.Role == PlanBufferRole.Workspace ? Allocate(plan, buffer, launch.Lengths[i]) : null)
            .ToImmutableArray();

        public HostBuffer this[int buffer]
            => _buffers[buffer] ?? throw new InvalidOperationException($"Buffer {buffer} of '{plan.Name}' is not workspace.");

        public bool Fits(BoundLaunch other)
        {
            for (var i = 0; i < _buffers.Length; i++)
            {
                if (_buffers[i] is { } buffer && buffer.Length != other.Lengths[i])
                {
                    return false;
                }
            }

            return true;
        }

        private static HostBuffer Allocate(KernelPlan plan, PlanBuffer buffer, long length)
        {
            try
            {
                return new HostBuffer(buffer.Element, length);
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new KernelArgumentException(RuntimeDiagnostics.ImpossibleLength, plan.Name, buffer.Name, length);
            }
        }
    }
}
