using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission;

/// <summary>Translates what the host does for a program into a plan.</summary>
internal sealed class PlanEmission
{
    private readonly LoopProgram _program;
    private readonly HostExpressionWriter _expressions;
    private readonly ImmutableArray<Stage> _stages;
    private readonly NameScope _names = new([]);
    private readonly List<Local> _serials = [];

    private PlanEmission(LoopProgram program)
    {
        _program = program;
        _stages = StagesOf(program);
        foreach (var argument in program.Arguments)
        {
            _names.Of(argument, argument.Name);
        }

        _expressions = new HostExpressionWriter(NameOf);
    }

    /// <summary>The stages that the emitters compile, without repetition, in the order of their first launch.</summary>
    public static ImmutableArray<Stage> StagesOf(LoopProgram program) => program.Stages.Distinct().ToImmutableArray();

    /// <summary>Makes the plan of a program without <see cref="FillStep"/>.</summary>
    /// <param name="functionName">Gives the name of a stage's compiled function.</param>
    public static KernelPlan Create(LoopProgram program, Func<int, string> functionName) => new PlanEmission(program).Create(functionName);

    private KernelPlan Create(Func<int, string> functionName)
    {
        // The steps come first: they name the serial variables.
        var steps = TranslateSteps(_program.Steps);
        return new KernelPlan(
            _program.Name,
            _program.Arguments.Select(a => new PlanArgument(a.Name, ScalarOf(a.Type))).ToImmutableArray(),
            _program.Buffers.Select(b => new PlanBuffer(b.Name, b.Element, RoleOf(b.Role), _expressions.Write(b.Length))).ToImmutableArray(),
            _program.Checks.Select(c => new PlanCheck(_expressions.Write(c.Condition), c.Message)).ToImmutableArray(),
            _serials.Select(s => NameOf(s)).ToImmutableArray(),
            _stages.Select((stage, i) => Translate(stage, functionName(i))).ToImmutableArray(),
            steps);
    }

    private PlanStage Translate(Stage stage, string function) => new(
        stage.Name,
        function,
        stage.Grid.Select(axis => _expressions.Write(axis.Extent)).ToImmutableArray(),
        StageParameters.BlockSize,
        StageParameters.Of(_program, stage));

    private ImmutableArray<PlanStep> TranslateSteps(ImmutableArray<Step> steps) => steps.Select(step => step switch
    {
        LaunchStep launch => (PlanStep)new PlanLaunch(_stages.IndexOf(launch.Stage), launch.Stage.SerialVariables.Select(SerialIndex).ToImmutableArray()),
        SerialStep serial => Translate(serial),
        _ => throw new NotSupportedException($"A plan cannot have the step {step.GetType().Name}."),
    }).ToImmutableArray();

    private PlanSerial Translate(SerialStep serial)
    {
        var extent = _expressions.Write(serial.Extent);
        if (!_serials.Contains(serial.Variable))
        {
            _serials.Add(serial.Variable);
        }

        return new PlanSerial(SerialIndex(serial.Variable), extent, serial.IsReversed, TranslateSteps(serial.Steps));
    }

    private int SerialIndex(Local variable)
    {
        var index = _serials.IndexOf(variable);
        return index >= 0 ? index : throw new InvalidOperationException($"'{variable.Name}' is not a variable of an enclosing serial step.");
    }

    private string NameOf(object key) => key switch
    {
        ProgramArgument argument => _names.Of(argument, argument.Name),
        Local local when _serials.Contains(local) => _names.Of(local, local.Name),
        Local local => throw new InvalidOperationException($"The host does not know the variable '{local.Name}'."),
        _ => throw new NotSupportedException(key.GetType().Name),
    };

    private static PlanScalar ScalarOf(ScalarType type) => type switch
    {
        ScalarType.Bool => PlanScalar.Bool,
        ScalarType.I64 => PlanScalar.I64,
        ScalarType.F32 => PlanScalar.F32,
        ScalarType.F64 => PlanScalar.F64,
        _ => throw new NotSupportedException(type.ToString()),
    };

    private static PlanBufferRole RoleOf(BufferRole role) => role switch
    {
        BufferRole.Input => PlanBufferRole.Input,
        BufferRole.Output => PlanBufferRole.Output,
        BufferRole.Workspace => PlanBufferRole.Workspace,
        _ => throw new NotSupportedException(role.ToString()),
    };
}
