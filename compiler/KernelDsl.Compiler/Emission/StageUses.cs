using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

/// <summary>Which buffers and arguments a stage names, in the order of the program, and which buffers it writes.</summary>
internal sealed class StageUses
{
    private readonly HashSet<object> _used = [];
    private readonly HashSet<ProgramBuffer> _written = [];

    private StageUses()
    {
    }

    public static StageUses Of(Stage stage)
    {
        var uses = new StageUses();
        foreach (var axis in stage.Grid)
        {
            uses.Visit(axis.Extent);
        }

        uses.Visit(stage.Body);
        return uses;
    }

    public bool Contains(ProgramBuffer buffer) => _used.Contains(buffer);

    public bool Contains(ProgramArgument argument) => _used.Contains(argument);

    public bool Writes(ProgramBuffer buffer) => _written.Contains(buffer);

    private void Visit(Block block)
    {
        foreach (var statement in block.Statements)
        {
            Visit(statement);
        }
    }

    private void Visit(Statement statement)
    {
        switch (statement)
        {
            case Declare declare:
                Visit(declare.Initial);
                break;
            case Assign assign:
                Visit(assign.Value);
                break;
            case Store store:
                Write(store.Buffer);
                Visit(store.Index);
                Visit(store.Value);
                break;
            case Update update:
                Write(update.Buffer);
                Visit(update.Index);
                Visit(update.Value);
                break;
            case For loop:
                Visit(loop.From);
                Visit(loop.To);
                Visit(loop.Body);
                break;
            case If condition:
                Visit(condition.Condition);
                Visit(condition.Then);
                Visit(condition.Else);
                break;
            case Break:
                break;
            default:
                throw new NotSupportedException($"No emitter knows the statement {statement.GetType().Name}.");
        }
    }

    private void Visit(Value? value)
    {
        DeepStack.Guard();
        switch (value)
        {
            case null or IntegerValue or FloatValue or BooleanValue or LocalValue:
                break;
            case ArgumentValue argument:
                _used.Add(argument.Argument);
                break;
            case LoadValue load:
                _used.Add(load.Buffer);
                Visit(load.Index);
                break;
            case UnaryValue unary:
                Visit(unary.Operand);
                break;
            case BinaryValue binary:
                Visit(binary.Left);
                Visit(binary.Right);
                break;
            case SelectValue select:
                Visit(select.Condition);
                Visit(select.WhenTrue);
                Visit(select.WhenFalse);
                break;
            case CallValue call:
                foreach (var argument in call.Arguments)
                {
                    Visit(argument);
                }

                break;
            case ConvertValue convert:
                Visit(convert.Operand);
                break;
            case RoundValue round:
                Visit(round.Operand);
                break;
            default:
                throw new NotSupportedException($"No emitter knows the value {value.GetType().Name}.");
        }
    }

    private void Write(ProgramBuffer buffer)
    {
        _used.Add(buffer);
        _written.Add(buffer);
    }
}
