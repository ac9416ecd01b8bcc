using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Reference;

/// <summary>Operators and functions.</summary>
internal sealed partial class EvaluatorBuilder
{
    private static Evaluator Binary(BoundBinary binary, Evaluator left, Evaluator right)
    {
        if (binary.Operator is BinaryOperator.And or BinaryOperator.Or)
        {
            var decidesWhen = binary.Operator == BinaryOperator.Or;
            return (long[] point, out Number value) => left(point, out value) && (value.IsTrue == decidesWhen || right(point, out value));
        }

        var isFloat = OperandKind(binary) == ValueKind.Float;
        return (long[] point, out Number value) =>
        {
            value = default;
            if (!left(point, out var a) || !right(point, out var b))
            {
                return false;
            }

            if (isFloat)
            {
                value = Floats(binary.Operator, a.Float, b.Float);
                return true;
            }

            if (binary.Operator is BinaryOperator.Divide or BinaryOperator.Remainder && b.Integer == 0)
            {
                return false;
            }

            value = Integers(binary.Operator, a.Integer, b.Integer);
            return true;
        };
    }

    private static Number Floats(BinaryOperator operation, double a, double b) => operation switch
    {
        BinaryOperator.Add => Number.Of(a + b),
        BinaryOperator.Subtract => Number.Of(a - b),
        BinaryOperator.Multiply => Number.Of(a * b),
        BinaryOperator.Divide => Number.Of(a / b),
        BinaryOperator.Remainder => Number.Of(a - (b * Math.Floor(a / b))),
        BinaryOperator.Equal => Number.Of(a == b),
        BinaryOperator.NotEqual => Number.Of(a != b),
        BinaryOperator.Less => Number.Of(a < b),
        BinaryOperator.LessOrEqual => Number.Of(a <= b),
        BinaryOperator.Greater => Number.Of(a > b),
        BinaryOperator.GreaterOrEqual => Number.Of(a >= b),
        _ => throw new InvalidOperationException("not an operator of floats: " + operation),
    };

    private static Number Integers(BinaryOperator operation, long a, long b) => unchecked(operation switch
    {
        BinaryOperator.Add => Number.Of(a + b),
        BinaryOperator.Subtract => Number.Of(a - b),
        BinaryOperator.Multiply => Number.Of(a * b),
        BinaryOperator.Divide => Number.Of(FloorDivide(a, b)),
        BinaryOperator.Remainder => Number.Of(a - (b * FloorDivide(a, b))),
        BinaryOperator.Equal => Number.Of(a == b),
        BinaryOperator.NotEqual => Number.Of(a != b),
        BinaryOperator.Less => Number.Of(a < b),
        BinaryOperator.LessOrEqual => Number.Of(a <= b),
        BinaryOperator.Greater => Number.Of(a > b),
        BinaryOperator.GreaterOrEqual => Number.Of(a >= b),
        BinaryOperator.BitAnd => Number.Of(a & b),
        BinaryOperator.BitOr => Number.Of(a | b),
        BinaryOperator.BitXor => Number.Of(a ^ b),
        BinaryOperator.ShiftLeft => Number.Of(a << (int)(b & 63)),
        _ => Number.Of(a >> (int)(b & 63)),
    });

    private static long FloorDivide(long a, long b)
        => b == -1 ? unchecked(-a) : (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);

    private Evaluator Call(BoundCall call, ImmutableArray<IndexVariable> context)
    {
        var signature = call.Function;
        var operandKind = signature is BuiltInFunction.Popcount or BuiltInFunction.Random ? ValueKind.Integer
            : call.Kind == ValueKind.Integer ? ValueKind.Integer : ValueKind.Float;
        var arguments = call.Arguments.Select(argument => BuildAs(argument, operandKind, context)).ToArray();
        return (long[] point, out Number value) =>
        {
            var numbers = new Number[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
            {
                if (!arguments[i](point, out numbers[i]))
                {
                    value = default;
                    return false;
                }
            }

            value = operandKind == ValueKind.Integer
                ? ReferenceFunctions.OfIntegers(signature, numbers.Select(n => n.Integer).ToArray())
                : ReferenceFunctions.OfFloats(signature, numbers.Select(n => n.Float).ToArray());
            return true;
        };
    }

    private Evaluator Read(BoundRead read, ImmutableArray<IndexVariable> context)
    {
        var tensor = read.Tensor;
        var indices = read.Indices.Select(index => Build(index, context)).ToArray();
        var extents = tensor.Axes.Select(axis => machine.Extent(axis.Extent)).ToArray();
        var fetch = Source(tensor, extents);
        return (long[] point, out Number value) =>
        {
            value = default;
            var index = new long[indices.Length];
            for (var k = 0; k < indices.Length; k++)
            {
                if (!indices[k](point, out var at) || at.Integer < 0 || at.Integer >= extents[k])
                {
                    return false;
                }

                index[k] = at.Integer;
            }

            return fetch(index, out value);
        };
    }

    private Evaluator Source(TensorSymbol tensor, long[] extents)
    {
        if (tensor.Role != TensorRole.Parameter)
        {
            return (long[] index, out Number value) => machine.Fetch(tensor, index, out value);
        }

        Func<long[], long> positionOf = index => index.Zip(extents, (i, extent) => (i, extent)).Aggregate(0L, (position, k) => (position * k.extent) + k.i);
        if (tensor.IsSparse)
        {
            var storage = SparseStorage.Of(tensor, machine.Data, machine.Instance, machine.Extent);
            positionOf = index => storage.Find(index[0], index[1]);
        }
        else if (tensor.PagedAxis is not null)
        {
            positionOf = new PagedStorage(tensor, machine, extents).PositionOf;
        }

        var key = tensor.Components[0].Key;
        if (tensor.Type.Kind == ValueKind.Float)
        {
            var floats = machine.Data.Floats[key];
            return (long[] index, out Number value) =>
            {
                var position = positionOf(index);
                value = position < 0 ? default : Number.Of(floats[position]);
                return position >= 0;
            };
        }

        var integers = machine.Data.Integers[key];
        return (long[] index, out Number value) =>
        {
            var position = positionOf(index);
            value = position < 0 ? default : Number.Of(integers[position]);
            return position >= 0;
        };
    }
}
