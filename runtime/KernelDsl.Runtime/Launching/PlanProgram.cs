using System.Collections.Immutable;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Launching;

/// <summary>What a device does for a plan: run one stage.</summary>
public interface IStageRunner
{
    /// <summary>Runs a stage over its grid and waits, or puts it into the device's order of work.</summary>
    /// <param name="stage">The index of the stage in the plan.</param>
    /// <param name="points">The number of grid points, at least 1.</param>
    /// <param name="serial">The values of the stage's serial variables.</param>
    void Launch(int stage, long points, ReadOnlySpan<long> serial);
}

/// <summary>A plan whose host expressions are read: it binds arguments and walks the steps, for any device.</summary>
public sealed class PlanProgram
{
    private readonly ImmutableArray<HostExpression> _lengths;
    private readonly ImmutableArray<HostExpression> _checks;
    private readonly ImmutableArray<ImmutableArray<HostExpression>> _grids;
    private readonly Dictionary<PlanSerial, HostExpression> _extents = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads the expressions of a plan.</summary>
    /// <exception cref="FormatException">An expression of the plan is not valid.</exception>
    public PlanProgram(KernelPlan plan)
    {
        Plan = plan;
        ImmutableArray<string> names = [.. plan.Arguments.Select(a => a.Name), .. plan.SerialVariables];
        _lengths = plan.Buffers.Select(b => HostExpression.Parse(b.Length, names)).ToImmutableArray();
        _checks = plan.Checks.Select(c => HostExpression.Parse(c.Condition, names)).ToImmutableArray();
        _grids = plan.Stages.Select(s => s.Grid.Select(g => HostExpression.Parse(g, names)).ToImmutableArray()).ToImmutableArray();
        ParseExtents(plan.Steps, names);
    }

    /// <summary>The plan.</summary>
    public KernelPlan Plan { get; }

    /// <summary>Checks the arguments of a call and lists their values.</summary>
    /// <exception cref="KernelArgumentException">An argument is missing or does not fit, or a condition does not hold.</exception>
    public BoundLaunch Bind(KernelArguments arguments)
    {
        var values = new long[Plan.Arguments.Length + Plan.SerialVariables.Length];
        for (var i = 0; i < Plan.Arguments.Length; i++)
        {
            values[i] = ValueOf(Plan.Arguments[i], arguments);
        }

        Check(values);
        var lengths = new long[Plan.Buffers.Length];
        var buffers = new HostBuffer?[Plan.Buffers.Length];
        ComputeLengths(values, lengths);
        for (var i = 0; i < lengths.Length; i++)
        {
            buffers[i] = BufferOf(Plan.Buffers[i], lengths[i], arguments);
        }

        CheckAliases(buffers);
        return new BoundLaunch(values, lengths, buffers);
    }

    /// <summary>Does the steps in order. Stages with an empty grid product are not launched.</summary>
    public void Run(BoundLaunch launch, IStageRunner runner)
    {
        // The launch may run twice at once; the serial variables are this run's own.
        Run(launch.Values.ToArray(), runner);
    }

    /// <summary>Does the steps in order, and keeps the serial variables in the last places of the values.</summary>
    internal void Run(long[] values, IStageRunner runner) => Run(Plan.Steps, values, runner);

    /// <summary>The number of places that the values of a launch take: arguments, then serial variables.</summary>
    internal int ValueCount => Plan.Arguments.Length + Plan.SerialVariables.Length;

    /// <exception cref="KernelArgumentException">A condition does not hold.</exception>
    internal void Check(ReadOnlySpan<long> values)
    {
        for (var i = 0; i < _checks.Length; i++)
        {
            if (_checks[i].Evaluate(values) == 0)
            {
                throw new KernelArgumentException(RuntimeDiagnostics.CheckFailed, Plan.Name, Plan.Checks[i].Message);
            }
        }
    }

    /// <exception cref="KernelArgumentException">A length is not possible.</exception>
    internal void ComputeLengths(ReadOnlySpan<long> values, Span<long> lengths)
    {
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = _lengths[i].Evaluate(values);
            if (lengths[i] is < 0 or > long.MaxValue / 64)
            {
                throw new KernelArgumentException(RuntimeDiagnostics.ImpossibleLength, Plan.Name, Plan.Buffers[i].Name, lengths[i]);
            }
        }
    }

    private void Run(ImmutableArray<PlanStep> steps, long[] values, IStageRunner runner)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case PlanLaunch launch:
                    Launch(launch, values, runner);
                    break;
                case PlanSerial serial:
                    var extent = _extents[serial].Evaluate(values);
                    for (long i = 0; i < extent; i++)
                    {
                        values[Plan.Arguments.Length + serial.Variable] = serial.IsReversed ? extent - 1 - i : i;
                        Run(serial.Steps, values, runner);
                    }

                    break;
                default:
                    throw new InvalidOperationException($"A plan cannot have a {step.GetType().Name}.");
            }
        }
    }

    private void Launch(PlanLaunch launch, long[] values, IStageRunner runner)
    {
        var points = 1L;
        foreach (var axis in _grids[launch.Stage])
        {
            points = checked(points * Math.Max(0, axis.Evaluate(values)));
        }

        if (points == 0)
        {
            return;
        }

        Span<long> serial = stackalloc long[launch.Serials.Length];
        for (var i = 0; i < serial.Length; i++)
        {
            serial[i] = values[Plan.Arguments.Length + launch.Serials[i]];
        }

        runner.Launch(launch.Stage, points, serial);
    }

    private long ValueOf(PlanArgument argument, KernelArguments arguments)
    {
        var isInteger = arguments.Integers.TryGetValue(argument.Name, out var integer);
        if (argument.Type is PlanScalar.I64 or PlanScalar.Bool && isInteger)
        {
            return argument.Type == PlanScalar.Bool ? (integer != 0 ? 1 : 0) : integer;
        }

        if (argument.Type is PlanScalar.F32 or PlanScalar.F64 && (arguments.Floats.TryGetValue(argument.Name, out var number) || isInteger))
        {
            number = isInteger && !arguments.Floats.ContainsKey(argument.Name) ? integer : number;
            return BitConverter.DoubleToInt64Bits(argument.Type == PlanScalar.F32 ? (float)number : number);
        }

        throw new KernelArgumentException(RuntimeDiagnostics.MissingArgument, Plan.Name, argument.Name, argument.Type.ToString().ToLowerInvariant());
    }

    private HostBuffer? BufferOf(PlanBuffer buffer, long length, KernelArguments arguments)
    {
        if (buffer.Role == PlanBufferRole.Workspace)
        {
            return null;
        }

        if (!arguments.Buffers.TryGetValue(buffer.Name, out var given))
        {
            throw new KernelArgumentException(RuntimeDiagnostics.MissingBuffer, Plan.Name, buffer.Name, buffer.Element.Name(), length);
        }

        if (given.Element != buffer.Element)
        {
            throw new KernelArgumentException(
                RuntimeDiagnostics.ElementMismatch, Plan.Name, buffer.Name, given.Element.Name(), buffer.Element.Name());
        }

        return given.Length == length
            ? given
            : throw new KernelArgumentException(RuntimeDiagnostics.LengthMismatch, Plan.Name, buffer.Name, given.Length, length);
    }

    private void CheckAliases(HostBuffer?[] buffers)
    {
        for (var i = 0; i < buffers.Length; i++)
        {
            for (var j = 0; j < buffers.Length && Plan.Buffers[i].Role == PlanBufferRole.Output; j++)
            {
                if (i != j && buffers[i] is { } output && ReferenceEquals(output, buffers[j]))
                {
                    throw new KernelArgumentException(RuntimeDiagnostics.AliasedOutput, Plan.Name, Plan.Buffers[i].Name, Plan.Buffers[j].Name);
                }
            }
        }
    }

    private void ParseExtents(ImmutableArray<PlanStep> steps, ImmutableArray<string> names)
    {
        foreach (var serial in steps.OfType<PlanSerial>())
        {
            _extents[serial] = HostExpression.Parse(serial.Extent, names);
            ParseExtents(serial.Steps, names);
        }
    }
}

/// <summary>The checked arguments of one call.</summary>
public sealed class BoundLaunch
{
    internal BoundLaunch(long[] values, long[] lengths, HostBuffer?[] buffers)
    {
        Values = ImmutableArray.Create(values);
        Lengths = ImmutableArray.Create(lengths);
        Buffers = ImmutableArray.Create(buffers);
    }

    /// <summary>
    /// The values of the plan's arguments, then a place for each serial variable: integers and truth values as they are, floats (also binary32)
    /// as the bits of a binary64.
    /// </summary>
    public ImmutableArray<long> Values { get; }

    /// <summary>The number of elements of each buffer.</summary>
    public ImmutableArray<long> Lengths { get; }

    /// <summary>The caller's buffers; null for workspace.</summary>
    public ImmutableArray<HostBuffer?> Buffers { get; }
}
