using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding.Proofs;

/// <summary>Writes integer expressions as polynomials. Lets without reductions are seen through.</summary>
internal sealed class PolynomialBuilder(AtomTable atoms, Func<TensorSymbol, Definition?> definitionOf)
{
    /// <summary>More nesting than this is left opaque, so that chains of lets cannot make the work explode.</summary>
    private const int MaximumDepth = 24;

    public AtomTable Atoms { get; } = atoms;

    public Polynomial Of(BoundExpression expression, Bindings? bindings = null, int depth = 0)
    {
        DeepStack.Guard();
        if (depth > MaximumDepth || expression.Kind != ValueKind.Integer)
        {
            return Opaque(expression, bindings, depth);
        }

        try
        {
            return OfInteger(expression, bindings, depth);
        }
        catch (OverflowException)
        {
            // Too large to reason about, and the key of its parts may be too: it is equal to itself only.
            return Polynomial.OfAtom(Atoms.Intern(AtomKind.Opaque, Identity(expression, bindings), "a data value", expression, []).Number);
        }
    }

    private Polynomial OfInteger(BoundExpression expression, Bindings? bindings, int depth)
        => expression switch
        {
            BoundInteger literal => Polynomial.Constant(literal.Value),
            BoundExtent extent => Symbol(AtomKind.Extent, extent.Symbol),
            BoundConst constant => Symbol(AtomKind.Const, constant.Symbol),
            BoundScalar scalar => Symbol(AtomKind.Scalar, scalar.Symbol),
            BoundIndex index => bindings?.Find(index.Variable) ?? Variable(index.Variable),
            BoundUnary { Operator: UnaryOperator.Negate } unary => -Of(unary.Operand, bindings, depth + 1),
            BoundBinary binary => Binary(binary, bindings, depth),
            BoundCall { Function: BuiltInFunction.Min or BuiltInFunction.Max } call => Extreme(call, bindings, depth),
            BoundCall { Function: BuiltInFunction.Clamp } call => Clamp(call, bindings, depth),
            BoundGroup group => Group(group, bindings, depth),
            BoundRead read when InlineBody(read, bindings, depth) is { } body => body,
            _ => Opaque(expression, bindings, depth),
        };

    public Polynomial Variable(IndexVariable variable)
        => Polynomial.OfAtom(Atoms.Intern(AtomKind.Index, "v" + Atoms.Identity(variable), variable.Axis.Name, variable, []).Number);

    public Polynomial Quotient(Polynomial dividend, Polynomial divisor)
    {
        if (dividend.DividedBy(divisor) is { } exact)
        {
            return exact;
        }

        var text = Enclose(dividend) + " / " + Enclose(divisor);
        return Polynomial.OfAtom(Atoms.Intern(AtomKind.Quotient, $"q({dividend.Key()})({divisor.Key()})", text, null, [dividend, divisor]).Number);
    }

    /// <summary>The bindings that a read of a local gives to the variables of its definition.</summary>
    public Bindings Enter(Definition definition, ImmutableArray<BoundExpression> indices, Bindings? bindings, int depth)
    {
        var inner = new Bindings(null);
        for (var i = 0; i < indices.Length; i++)
        {
            inner.Add(definition.Variables[i], Of(indices[i], bindings, depth + 1));
        }

        return inner;
    }

    public Definition? DefinitionOf(TensorSymbol tensor) => definitionOf(tensor);

    private Polynomial? InlineBody(BoundRead read, Bindings? bindings, int depth)
    {
        if (read.Tensor.Role != TensorRole.Local || definitionOf(read.Tensor) is not { Kind: DefinitionKind.Equation } definition
            || definition.Value.Kind != ValueKind.Integer || definition.Variables.Length != read.Indices.Length || !IsPlain(definition.Value))
        {
            return null;
        }

        return Of(definition.Value, Enter(definition, read.Indices, bindings, depth), depth + 1);
    }

    private static bool IsPlain(BoundExpression value) => value is BoundInteger or BoundExtent or BoundConst or BoundScalar or BoundIndex or BoundGroup
        || (value is BoundRead read && read.Indices.All(IsPlain))
        || (value is BoundUnary unary && IsPlain(unary.Operand))
        || (value is BoundBinary binary && IsPlain(binary.Left) && IsPlain(binary.Right))
        || (value is BoundCall call && call.Arguments.All(IsPlain));

    private Polynomial Binary(BoundBinary binary, Bindings? bindings, int depth)
    {
        if (binary.Operator is not (BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Remainder))
        {
            return Opaque(binary, bindings, depth);
        }

        var left = Of(binary.Left, bindings, depth + 1);
        var right = Of(binary.Right, bindings, depth + 1);
        return binary.Operator switch
        {
            BinaryOperator.Add => left + right,
            BinaryOperator.Subtract => left - right,
            BinaryOperator.Multiply => left * right,
            BinaryOperator.Divide => Quotient(left, right),
            _ => left.DividedBy(right) is not null
                ? Polynomial.Zero
                : Polynomial.OfAtom(Atoms.Intern(
                    AtomKind.Remainder, $"r({left.Key()})({right.Key()})", Enclose(left) + " % " + Enclose(right), null, [left, right]).Number),
        };
    }

    private Polynomial Extreme(BoundCall call, Bindings? bindings, int depth)
        => Extreme(call.Function == BuiltInFunction.Min, call.Arguments.Select(argument => Of(argument, bindings, depth + 1)).ToImmutableArray());

    private Polynomial Extreme(bool isMinimum, ImmutableArray<Polynomial> operands)
    {
        var name = isMinimum ? "min" : "max";
        var key = name + string.Concat(operands.Select(o => "(" + o.Key() + ")"));
        var text = name + "(" + string.Join(", ", operands.Select(o => PolynomialText.Of(o, Atoms))) + ")";
        return Polynomial.OfAtom(Atoms.Intern(isMinimum ? AtomKind.Minimum : AtomKind.Maximum, key, text, null, operands).Number);
    }

    /// <summary><c>clamp(x, low, high)</c> is <c>min(max(x, low), high)</c>.</summary>
    private Polynomial Clamp(BoundCall call, Bindings? bindings, int depth)
    {
        var (value, low, high) = (Of(call.Arguments[0], bindings, depth + 1), Of(call.Arguments[1], bindings, depth + 1), Of(call.Arguments[2], bindings, depth + 1));
        return Extreme(isMinimum: true, [Extreme(isMinimum: false, [value, low]), high]);
    }

    private Polynomial Group(BoundGroup group, Bindings? bindings, int depth)
    {
        var point = Of(group.Point, bindings, depth + 1);
        var key = $"g{Atoms.Identity(group.Ragged.Ragged!.Start)}({point.Key()})";
        return Polynomial.OfAtom(Atoms.Intern(AtomKind.Group, key, group.Ragged.Ragged!.Group.Name, bindings is null ? group : group.Ragged, [point]).Number);
    }

    private Polynomial Symbol(AtomKind kind, Symbol symbol)
        => Polynomial.OfAtom(Atoms.Intern(kind, "s" + Atoms.Identity(symbol), symbol.Name, symbol, []).Number);

    private Polynomial Opaque(BoundExpression expression, Bindings? bindings, int depth)
    {
        var key = depth > MaximumDepth ? Identity(expression, bindings) : ExpressionKey.Of(expression, this, bindings, depth + 1);
        var operands = expression is BoundRead read && depth <= MaximumDepth ? read.Indices.Select(index => Of(index, bindings, depth + 1)).ToImmutableArray() : [];
        return Polynomial.OfAtom(Atoms.Intern(AtomKind.Opaque, key, "a data value", expression, operands).Number);
    }

    private string Identity(BoundExpression expression, Bindings? bindings)
        => "o" + Atoms.Identity(expression) + (bindings is null ? string.Empty : "@" + Atoms.Identity(bindings));

    private string Enclose(Polynomial polynomial)
    {
        var text = PolynomialText.Of(polynomial, Atoms);
        return text.IndexOf(' ') >= 0 ? "(" + text + ")" : text;
    }
}

/// <summary>What index variables stand for while a let is seen through.</summary>
internal sealed class Bindings(Bindings? outer)
{
    private readonly Dictionary<IndexVariable, Polynomial> _values = [];

    public void Add(IndexVariable variable, Polynomial value) => _values[variable] = value;

    public Polynomial? Find(IndexVariable variable) => _values.TryGetValue(variable, out var value) ? value : outer?.Find(variable);
}
