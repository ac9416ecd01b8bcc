using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Collects the statements of a stage, block by block, and names its locals.</summary>
internal sealed class StageBuilder
{
    private readonly Stack<List<Statement>> _blocks = new([[]]);
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    /// <summary>The place in the spec that statements come from which say nothing else.</summary>
    public TextSpan? Source { get; set; }

    /// <summary>Does something whose statements come from a place in the spec; a place without characters is none.</summary>
    public T At<T>(TextSpan source, Func<T> action)
    {
        var outer = Source;
        Source = source.Length > 0 ? source : outer;
        var result = action();
        Source = outer;
        return result;
    }

    public Local NewLocal(string name, ScalarType type)
    {
        _names.TryGetValue(name, out var count);
        _names[name] = count + 1;
        return new Local($"{name}_{count}", type);
    }

    public void Add(Statement statement) => _blocks.Peek().Add(statement.Source is null && Source is not null ? statement with { Source = Source } : statement);

    public LocalValue Declare(string name, Value initial)
    {
        var local = NewLocal(name, initial.Type);
        Add(new Declare(local, initial));
        return new LocalValue(local);
    }

    public void Assign(LocalValue local, Value value) => Add(new Assign(local.Local, ValueMath.Convert(value, local.Type)));

    public Block Capture(Action build)
    {
        _blocks.Push([]);
        build();
        return new Block(_blocks.Pop().ToImmutableArray());
    }

    public void If(Value condition, Action then)
    {
        if (condition is BooleanValue { Truth: true })
        {
            then();
            return;
        }

        Add(new If(condition, Capture(then), Block.Empty));
    }

    public void For(string name, Value from, Value to, Action<LocalValue> body, bool isReversed = false)
    {
        var variable = NewLocal(name, ScalarType.I64);
        Add(new For(variable, from, to, isReversed, Capture(() => body(new LocalValue(variable)))));
    }

    public Block Finish() => new(_blocks.Peek().ToImmutableArray());
}
