using System.Globalization;
using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

/// <summary>What C# and CUDA C have in common: statements, and expressions with the operators of C.</summary>
internal abstract partial class StageEmitter(CodeWriter writer, NameScope names)
{
    protected CodeWriter Writer { get; } = writer;

    protected NameScope Names { get; } = names;

    protected abstract string TypeName(ScalarType type);

    protected abstract void StoreElement(ProgramBuffer buffer, string index, string value);

    protected abstract void UpdateElement(ProgramBuffer buffer, string index, BinaryOperation operation, string value);

    /// <summary>Marks the place in the spec that the next lines come from.</summary>
    protected virtual void MarkSource(TextSpan? span)
    {
    }

    /// <summary>Writes statements; one without a place of its own belongs to that of the statement or stage around it.</summary>
    protected void Emit(Block block, TextSpan? around)
    {
        foreach (var statement in block.Statements)
        {
            var place = statement.Source ?? around;
            MarkSource(place);
            Emit(statement, place);
        }
    }

    protected string NameOf(Local local) => Names.Of(local, local.Name);

    /// <summary>Text without the parentheses around the whole.</summary>
    protected static string Bare(string text)
    {
        if (text.Length < 2 || text[0] != '(')
        {
            return text;
        }

        var depth = 0;
        for (var i = 0; i < text.Length - 1; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return text;
            }
        }

        return text.Substring(1, text.Length - 2);
    }

    private void Emit(Statement statement, TextSpan? place)
    {
        switch (statement)
        {
            case Declare declare:
                StageTypes.RequireSame(declare.Local.Type, declare.Initial, "the initial value of a local");
                var initial = declare.Initial is null ? Zero(declare.Local.Type) : Bare(Expression(declare.Initial));
                Writer.Line($"{TypeName(declare.Local.Type)} {NameOf(declare.Local)} = {initial};");
                break;
            case Assign assign:
                StageTypes.RequireSame(assign.Local.Type, assign.Value, "an assigned value");
                Writer.Line($"{NameOf(assign.Local)} = {Bare(Expression(assign.Value))};");
                break;
            case Store store:
                StageTypes.RequireSame(LoadValue.Widened(store.Buffer.Element), store.Value, $"a value stored in '{store.Buffer.Name}'");
                StoreElement(store.Buffer, Index(store.Index), Bare(Expression(store.Value)));
                break;
            case Update update:
                StageTypes.RequireUpdate(update);
                UpdateElement(update.Buffer, Index(update.Index), update.Operation, Bare(Expression(update.Value)));
                break;
            case For loop:
                EmitLoop(loop, place);
                break;
            case If condition:
                StageTypes.RequireSame(ScalarType.Bool, condition.Condition, "a condition");
                Writer.Block($"if ({Bare(Expression(condition.Condition))})", () => Emit(condition.Then, place));
                if (!condition.Else.Statements.IsEmpty)
                {
                    Writer.Block("else", () => Emit(condition.Else, place));
                }

                break;
            case Break:
                Writer.Line("break;");
                break;
            default:
                throw new NotSupportedException($"No emitter knows the statement {statement.GetType().Name}.");
        }
    }

    private void EmitLoop(For loop, TextSpan? place)
    {
        StageTypes.RequireSame(ScalarType.I64, loop.From, "the start of a loop");
        StageTypes.RequireSame(ScalarType.I64, loop.To, "the end of a loop");
        var name = NameOf(loop.Variable);
        var type = TypeName(ScalarType.I64);
        var (first, last) = (Bare(Expression(loop.From)), Bare(Expression(loop.To)));

        // The body may change what the ends are computed from.
        var (stop, stopValue) = loop.IsReversed ? ("from", loop.From) : ("to", loop.To);
        if (stopValue is not (IntegerValue or ArgumentValue))
        {
            var hoisted = Names.Fresh($"{name}_{stop}");
            Writer.Line($"{type} {hoisted} = {(loop.IsReversed ? first : last)};");
            (first, last) = loop.IsReversed ? (hoisted, last) : (first, hoisted);
        }

        // Testing before counting down cannot wrap, whatever the start is.
        var head = loop.IsReversed
            ? $"for ({type} {name} = {last}; {name}-- > {first};)"
            : $"for ({type} {name} = {first}; {name} < {last}; {name}++)";
        Writer.Block(head, () => Emit(loop.Body, place));
    }

    private string Zero(ScalarType type) => type switch
    {
        ScalarType.Bool => Boolean(false),
        ScalarType.I64 => Integer(0),
        _ => Float(0, type),
    };
}
