using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Numerics;

namespace KernelDsl.Testing.Execution;

/// <summary>Runs a loop program by walking it: the oracle of the emitters. Its points run one after another.</summary>
internal sealed class LoopProgramInterpreter
{
    private readonly LoopProgram _program;
    private readonly Dictionary<ProgramArgument, Scalar> _arguments = [];
    private readonly Dictionary<ProgramBuffer, HostBuffer> _buffers = [];
    private readonly Dictionary<Local, Scalar> _locals = [];

    private LoopProgramInterpreter(LoopProgram program, KernelArguments arguments)
    {
        _program = program;
        foreach (var argument in program.Arguments)
        {
            _arguments[argument] = argument.Type switch
            {
                ScalarType.Bool => Scalar.Of(arguments.Integers[argument.Name] != 0),
                ScalarType.I64 => Scalar.Of(arguments.Integers[argument.Name]),
                _ => Scalar.Of(argument.Type, arguments.Floats[argument.Name]),
            };
        }

        foreach (var buffer in program.Buffers)
        {
            _buffers[buffer] = buffer.Role == BufferRole.Workspace
                ? new HostBuffer(buffer.Element, Evaluate(buffer.Length).Integer)
                : arguments.Buffers[buffer.Name];
        }
    }

    private enum Flow
    {
        Next,
        Break,
    }

    /// <summary>Runs the program on the buffers of the arguments.</summary>
    public static void Run(LoopProgram program, KernelArguments arguments)
    {
        var interpreter = new LoopProgramInterpreter(program, arguments);
        foreach (var check in program.Checks)
        {
            if (!interpreter.Evaluate(check.Condition).Truth)
            {
                throw new ArgumentException(check.Message);
            }
        }

        interpreter.Run(interpreter._program.Steps);
    }

    private void Run(ImmutableArray<Step> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case LaunchStep launch:
                    RunGrid(launch.Stage, 0);
                    break;
                case FillStep fill:
                    var buffer = _buffers[fill.Buffer];
                    var type = LoadValue.Widened(buffer.Element);
                    for (long i = 0; i < buffer.Length; i++)
                    {
                        ElementMemory.Store(buffer, i, ScalarMath.Convert(type, Scalar.Of(ScalarType.F64, fill.Number)));
                    }

                    break;
                case SerialStep serial:
                    var extent = Evaluate(serial.Extent).Integer;
                    for (long i = 0; i < extent; i++)
                    {
                        _locals[serial.Variable] = Scalar.Of(serial.IsReversed ? extent - 1 - i : i);
                        Run(serial.Steps);
                    }

                    break;
                default:
                    throw new NotSupportedException(step.GetType().Name);
            }
        }
    }

    private void RunGrid(Stage stage, int axis)
    {
        if (axis == stage.Grid.Length)
        {
            Run(stage.Body);
            return;
        }

        var extent = Evaluate(stage.Grid[axis].Extent).Integer;
        for (long i = 0; i < extent; i++)
        {
            _locals[stage.Grid[axis].Coordinate] = Scalar.Of(i);
            RunGrid(stage, axis + 1);
        }
    }

    private Flow Run(Block block)
    {
        foreach (var statement in block.Statements)
        {
            if (Run(statement) == Flow.Break)
            {
                return Flow.Break;
            }
        }

        return Flow.Next;
    }

    private Flow Run(Statement statement)
    {
        switch (statement)
        {
            case Declare declare:
                _locals[declare.Local] = declare.Initial is null ? Scalar.Zero(declare.Local.Type) : Evaluate(declare.Initial);
                return Flow.Next;
            case Assign assign:
                _locals[assign.Local] = Evaluate(assign.Value);
                return Flow.Next;
            case Store store:
                ElementMemory.Store(_buffers[store.Buffer], Evaluate(store.Index).Integer, Evaluate(store.Value));
                return Flow.Next;
            case Update update:
                var (buffer, index) = (_buffers[update.Buffer], Evaluate(update.Index).Integer);
                ElementMemory.Store(buffer, index, ScalarMath.Apply(update.Operation, ElementMemory.Load(buffer, index), Evaluate(update.Value)));
                return Flow.Next;
            case If condition:
                return Run(Evaluate(condition.Condition).Truth ? condition.Then : condition.Else);
            case Break:
                return Flow.Break;
            case For loop:
                RunLoop(loop);
                return Flow.Next;
            default:
                throw new NotSupportedException(statement.GetType().Name);
        }
    }

    private void RunLoop(For loop)
    {
        var (from, to) = (Evaluate(loop.From).Integer, Evaluate(loop.To).Integer);
        for (var i = from; i < to; i++)
        {
            _locals[loop.Variable] = Scalar.Of(loop.IsReversed ? to - 1 - (i - from) : i);
            if (Run(loop.Body) == Flow.Break)
            {
                return;
            }
        }
    }

    private Scalar Evaluate(Value value) => value switch
    {
        IntegerValue integer => Scalar.Of(integer.Number),
        FloatValue number => Scalar.Of(number.Type, number.Number),
        BooleanValue boolean => Scalar.Of(boolean.Truth),
        LocalValue local => _locals[local.Local],
        ArgumentValue argument => _arguments[argument.Argument],
        LoadValue load => ElementMemory.Load(_buffers[load.Buffer], Evaluate(load.Index).Integer),
        UnaryValue unary => ScalarMath.Apply(unary.Operation, Evaluate(unary.Operand)),
        BinaryValue { Operation: BinaryOperation.And } and => Scalar.Of(Evaluate(and.Left).Truth && Evaluate(and.Right).Truth),
        BinaryValue { Operation: BinaryOperation.Or } or => Scalar.Of(Evaluate(or.Left).Truth || Evaluate(or.Right).Truth),
        BinaryValue binary => ScalarMath.Apply(binary.Operation, Evaluate(binary.Left), Evaluate(binary.Right)),
        SelectValue select => Evaluate(select.Condition).Truth ? Evaluate(select.WhenTrue) : Evaluate(select.WhenFalse),
        CallValue call => ScalarMath.Call(call.Function, call.Arguments.Select(Evaluate).ToImmutableArray()),
        ConvertValue convert => ScalarMath.Convert(convert.Type, Evaluate(convert.Operand)),
        RoundValue round => Round(round.Element, Evaluate(round.Operand)),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static Scalar Round(ElementType element, Scalar value) => element switch
    {
        ElementType.F16 => Scalar.Of(ScalarType.F32, (double)(Half)(float)value.Number),
        ElementType.BF16 => Scalar.Of(ScalarType.F32, ElementConversion.RoundBF16((float)value.Number)),
        ElementType.F8E4M3 => Scalar.Of(ScalarType.F32, ElementConversion.RoundF8E4M3((float)value.Number)),
        ElementType.F8E5M2 => Scalar.Of(ScalarType.F32, ElementConversion.RoundF8E5M2((float)value.Number)),
        _ when element.IsInteger() => Scalar.Of(ElementMemory.Wrap(element, value.Integer)),
        _ => value,
    };
}
