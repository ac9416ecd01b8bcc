using KernelDsl.Compiler.Tiles;
using static KernelDsl.Runtime.Tests.Programs.Build;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>Makes well-typed programs of operations that have one right result, so that back ends must agree to the last bit.</summary>
internal sealed class RandomPrograms
{
    private const int Length = 13;

    private readonly Random _random;
    private readonly List<ProgramBuffer> _inputs = [];
    private readonly List<Local> _readable = [];
    private readonly List<Local> _assignable = [];
    private int _names;

    private RandomPrograms(int seed) => _random = new Random(seed);

    public static ProgramCase Create(int seed) => new RandomPrograms(seed).Create($"random_{seed}", seed);

    private ProgramCase Create(string name, int seed)
    {
        var elements = Enum.GetValues<ElementType>();
        _inputs.AddRange(elements.Select(e => Input($"in_{e.Name()}", e, I(Length))));
        var (rows, width) = (Long("row"), Long("column"));
        var (m, n) = (Extent("M"), Extent("N"));
        _readable.AddRange([rows, width]);
        var body = Statements(3, inLoop: false).ToList();
        var outputs = elements.Select(e => Output($"out_{e.Name()}", e, Multiply(V(m), V(n)))).ToImmutableArray();
        body.AddRange(outputs.Select(o => new Store(o, At(V(rows), V(n), V(width)), Expression(LoadValue.Widened(o.Element), 4))));
        var stage = Launch(name, [new GridAxis(rows, V(m)), new GridAxis(width, V(n))], [.. body]);
        return new ProgramCase(Program(name, [m, n], [.. _inputs, .. outputs], stage), arguments =>
        {
            (arguments.Integers["M"], arguments.Integers["N"]) = (7, 31);
            foreach (var input in _inputs)
            {
                // Few floats of random bits are near each other; half of the data are small numbers.
                arguments.Buffers[input.Name] = input.Element.IsFloat() && seed % 2 == 0
                    ? Data.Units(input.Element, Length, seed)
                    : input.Element == ElementType.Bool ? Data.Integers(ElementType.Bool, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1) : Data.Bits(input.Element, Length, seed);
            }

            foreach (var output in outputs)
            {
                arguments.Buffers[output.Name] = new HostBuffer(output.Element, 7 * 31);
            }
        });
    }

    private IEnumerable<Statement> Statements(int depth, bool inLoop)
    {
        for (var i = _random.Next(2, 5); i > 0; i--)
        {
            yield return Statement(depth, inLoop);
        }
    }

    private Statement Statement(int depth, bool inLoop)
    {
        switch (_random.Next(depth > 0 ? 7 : 4))
        {
            case 0 or 1:
                var initial = Expression(Type(), 3);
                var local = new Local($"v{_names++}", initial.Type);
                _readable.Add(local);
                _assignable.Add(local);
                return new Declare(local, initial);
            case 2 or 3:
                return _assignable.Count == 0 ? Statement(depth, inLoop) : Assignment();
            case 4:
                return Scoped(() =>
                {
                    var variable = Long($"k{_names++}");
                    var (from, to) = (Small(), Small());
                    _readable.Add(variable);
                    return new For(variable, from, to, _random.Next(2) == 0, new Block([.. Statements(depth - 1, inLoop: true)]));
                });
            default:
                var condition = Expression(ScalarType.Bool, 2);
                var then = Scoped(() => new Block([.. Statements(depth - 1, inLoop), .. inLoop && _random.Next(3) == 0 ? new Statement[] { new Break() } : []]));
                return new If(condition, then, _random.Next(2) == 0 ? Block.Empty : Scoped(() => new Block([.. Statements(depth - 1, inLoop)])));
        }
    }

    private Assign Assignment()
    {
        var target = _assignable[_random.Next(_assignable.Count)];
        return new Assign(target, Expression(target.Type, 4));
    }

    private T Scoped<T>(Func<T> make)
    {
        var (readable, assignable) = (_readable.Count, _assignable.Count);
        var result = make();
        _readable.RemoveRange(readable, _readable.Count - readable);
        _assignable.RemoveRange(assignable, _assignable.Count - assignable);
        return result;
    }

    private Value Small() => Subtract(Of(BinaryOperation.Remainder, Expression(ScalarType.I64, 1), I(6)), I(_random.Next(3)));

    private ScalarType Type() => (ScalarType)_random.Next(4);

    private Value Expression(ScalarType type, int depth)
    {
        if (depth == 0 || _random.Next(6) == 0)
        {
            return Leaf(type);
        }

        Value Same(ScalarType of) => Expression(of, depth - 1);
        switch (_random.Next(8))
        {
            case 0:
                return new SelectValue(Same(ScalarType.Bool), Same(type), Same(type));
            case 1:
                return new ConvertValue(type, Same(Type()));
            case 2:
                var inputs = _inputs.Where(b => LoadValue.Widened(b.Element) == type).ToArray();
                return new LoadValue(inputs[_random.Next(inputs.Length)], Of(BinaryOperation.Remainder, Same(ScalarType.I64), I(Length)));
            case 3:
                var elements = Enum.GetValues<ElementType>().Where(e => LoadValue.Widened(e) == type).ToArray();
                return new RoundValue(elements[_random.Next(elements.Length)], Same(type));
            case 4:
                return type == ScalarType.F32 && _random.Next(3) == 0
                    ? Call(MathFunction.Random, Same(ScalarType.I64), Same(ScalarType.I64))
                    : new UnaryValue(type == ScalarType.Bool ? UnaryOperation.Not : UnaryOperation.Negate, Same(type));
            default:
                return Binary(type, depth);
        }
    }

    private Value Binary(ScalarType type, int depth)
    {
        var isBool = type == ScalarType.Bool;
        var of = isBool ? Type() : type;
        var operations = Enum.GetValues<BinaryOperation>().Where(o => isBool
            ? of == ScalarType.Bool ? o is >= BinaryOperation.And and <= BinaryOperation.BitXor : o is >= BinaryOperation.Equal and <= BinaryOperation.GreaterOrEqual
            : o < BinaryOperation.Equal || (type == ScalarType.I64 && o >= BinaryOperation.BitAnd)).ToArray();
        return Of(operations[_random.Next(operations.Length)], Expression(of, depth - 1), Expression(of, depth - 1));
    }

    private Value Leaf(ScalarType type)
    {
        var locals = _readable.Where(l => l.Type == type).ToArray();
        if (locals.Length > 0 && _random.Next(2) == 0)
        {
            return V(locals[_random.Next(locals.Length)]);
        }

        return type switch
        {
            ScalarType.Bool => Truth(_random.Next(2) == 0),
            ScalarType.I64 => I(_random.Next(8) switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => _random.NextInt64(), _ => _random.Next(-9, 10) }),
            _ => new FloatValue(_random.Next(8) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => -0.0, 3 => _random.NextDouble(), _ => _random.Next(-9, 10) }, type),
        };
    }
}
