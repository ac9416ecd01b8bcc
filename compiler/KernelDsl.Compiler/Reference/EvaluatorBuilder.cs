using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Reference;

/// <summary>The compiled value of a definition: the condition, the bounds of its variables and the value.</summary>
internal sealed record DefinitionProgram(Evaluator Value, int SlotCount)
{
    public bool TryEvaluate(long[] point, out Number value) => Value(point, out value);
}

/// <summary>Turns bound expressions into evaluators, one small closure for each node.</summary>
internal sealed partial class EvaluatorBuilder(ReferenceMachine machine)
{
    private readonly Dictionary<Definition, DefinitionProgram> _programs = [];

    public DefinitionProgram Of(Definition definition)
    {
        if (!_programs.TryGetValue(definition, out var program))
        {
            var context = definition.Along is null ? definition.Variables : definition.Variables.Add(definition.Along);
            var kind = definition.Kind == DefinitionKind.Equation ? definition.Targets[0].Type.Kind : definition.Value.Kind;
            var inside = definition.Variables.Select(Inside).ToArray();
            var where = definition.Where is null ? null : Build(definition.Where, context);
            var value = BuildAs(definition.Value, kind, context);
            program = new DefinitionProgram(Evaluate, 0);
            program = program with { SlotCount = machine.SlotCount };
            _programs[definition] = program;

            bool Evaluate(long[] point, out Number result)
            {
                result = default;
                foreach (var bound in inside)
                {
                    if (!bound(point))
                    {
                        return false;
                    }
                }

                return (where is null || (where(point, out var holds) && holds.IsTrue)) && value(point, out result);
            }
        }

        return program;
    }

    /// <summary>Whether a variable is inside the bounds that its group or row gives it.</summary>
    public Func<long[], bool> Inside(IndexVariable variable)
    {
        var slot = machine.SlotOf(variable);
        var lower = variable.Lower is null ? null : Build(variable.Lower, []);
        var upper = variable.Upper is null ? null : Build(variable.Upper, []);
        return point => (lower is null || (lower(point, out var low) && point[slot] >= low.Integer))
            && (upper is null || (upper(point, out var high) && point[slot] < high.Integer));
    }

    /// <param name="context">The variables that are bound around the expression: a reduction that does not use them all is remembered.</param>
    public Evaluator Build(BoundExpression expression, ImmutableArray<IndexVariable> context)
    {
        switch (expression)
        {
            case BoundInteger literal:
                return Constant(Number.Of(literal.Value));
            case BoundFloat literal:
                return Constant(Number.Of(literal.Value));
            case BoundBoolean literal:
                return Constant(Number.Of(literal.Value));
            case BoundExtent extent:
                return Constant(Number.Of(machine.Data.Extents[extent.Symbol.Name]));
            case BoundConst constant:
                return Constant(Number.Of(machine.Instance.Consts[constant.Symbol.Name]));
            case BoundScalar scalar:
                return Constant(scalar.Kind == ValueKind.Float
                    ? Number.Of(machine.Data.FloatScalars[scalar.Symbol.Name])
                    : Number.Of(machine.Data.IntegerScalars[scalar.Symbol.Name]));
            case BoundIndex index:
                var slot = machine.SlotOf(index.Variable);
                return (long[] point, out Number value) =>
                {
                    value = Number.Of(point[slot]);
                    return true;
                };
            case BoundGroup group:
                return Group(group, context);
            case BoundRead read:
                return Read(read, context);
            case BoundUnary unary:
                return Unary(unary, Build(unary.Operand, context));
            case BoundBinary binary:
                return Binary(binary, BuildAs(binary.Left, OperandKind(binary), context), BuildAs(binary.Right, OperandKind(binary), context));
            case BoundConditional conditional:
                return Conditional(Build(conditional.Condition, context), BuildAs(conditional.WhenTrue, conditional.Kind, context), BuildAs(conditional.WhenFalse, conditional.Kind, context));
            case BoundElse otherwise:
                return Else(BuildAs(otherwise.Value, otherwise.Kind, context), BuildAs(otherwise.Otherwise, otherwise.Kind, context));
            case BoundCast cast:
                return Cast(cast, Build(cast.Value, context));
            case BoundCall call:
                return Call(call, context);
            case BoundReduction reduction:
                return Reduction(reduction, context);
            case BoundNormalisation normalisation:
                return Normalisation(normalisation, context);
            default:
                throw new InvalidOperationException("unknown node " + expression.GetType().Name);
        }
    }

    /// <summary>The expression converted to a kind that it fits.</summary>
    private Evaluator BuildAs(BoundExpression expression, ValueKind kind, ImmutableArray<IndexVariable> context)
    {
        var inner = Build(expression, context);
        return kind != ValueKind.Float || expression.Kind == ValueKind.Float ? inner : (long[] point, out Number value) =>
        {
            var isDefined = inner(point, out var integer);
            value = Number.Of((double)integer.Integer);
            return isDefined;
        };
    }

    private static ValueKind OperandKind(BoundBinary binary)
        => binary.Left.Kind == ValueKind.Float || binary.Right.Kind == ValueKind.Float ? ValueKind.Float : binary.Left.Kind;

    private static Evaluator Constant(Number number) => (long[] _, out Number value) =>
    {
        value = number;
        return true;
    };

    private Evaluator Group(BoundGroup group, ImmutableArray<IndexVariable> context)
    {
        var starts = machine.Data.Integers[group.Ragged.Ragged!.Start.Name];
        var inner = Build(group.Point, context);
        return (long[] point, out Number value) =>
        {
            var isDefined = inner(point, out var at);
            var found = 0;
            for (var e = 0; e + 1 < starts.Length; e++)
            {
                if (starts[e] <= at.Integer && at.Integer < starts[e + 1])
                {
                    found = e;
                }
            }

            value = Number.Of((long)found);
            return isDefined;
        };
    }

    private static Evaluator Conditional(Evaluator condition, Evaluator whenTrue, Evaluator whenFalse) => (long[] point, out Number value) =>
    {
        value = default;
        return condition(point, out var holds) && (holds.IsTrue ? whenTrue : whenFalse)(point, out value);
    };

    private static Evaluator Else(Evaluator inner, Evaluator otherwise)
        => (long[] point, out Number value) => inner(point, out value) || otherwise(point, out value);

    private Evaluator Cast(BoundCast cast, Evaluator inner)
    {
        var from = cast.Value.Kind;
        var element = cast.Type.Resolve(machine.Instance);
        return (long[] point, out Number value) =>
        {
            var isDefined = inner(point, out var given);
            value = TypeReference.KindOf(element) switch
            {
                ValueKind.Float => Number.Of(ElementRounding.Round(from == ValueKind.Float ? given.Float : given.Integer, element)),
                ValueKind.Integer => Number.Of(ElementRounding.Wrap(from == ValueKind.Float ? ElementRounding.Truncate(given.Float) : given.Integer, element)),
                _ => Number.Of(from == ValueKind.Float ? given.Float != 0 : given.Integer != 0),
            };
            return isDefined;
        };
    }

    private static Evaluator Unary(BoundUnary unary, Evaluator inner) => (long[] point, out Number value) =>
    {
        var isDefined = inner(point, out var operand);
        value = unary.Operator switch
        {
            UnaryOperator.Not => Number.Of(!operand.IsTrue),
            UnaryOperator.Complement => Number.Of(~operand.Integer),
            _ => unary.Kind == ValueKind.Float ? Number.Of(-operand.Float) : Number.Of(unchecked(-operand.Integer)),
        };
        return isDefined;
    };
}
