using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime.Launching;

/// <summary>
/// An expression of a plan, in postfix text. Tokens are parted by spaces: integers; names; <c>+ - * / % min max == != &lt; &lt;= &gt; &gt;= &amp;&amp; || ! neg
/// ?: &amp; | ^ ~ &lt;&lt; &gt;&gt;</c> on integers (division is floor division; 0 and 1 are truth values; <c>c a b ?:</c> selects); float literals such as
/// <c>1.5f</c>; the same operators on floats with the prefix <c>f</c> (<c>f+</c>, <c>f&lt;</c>, <c>fneg</c>); <c>abs fabs fsqrt fexp flog ffloor fceil</c>; <c>float</c> and <c>integer</c> convert.
/// Floats are computed in binary64. A name that looks like an operator is written with <c>$</c> before it.
/// </summary>
public sealed class HostExpression
{
    private readonly Instruction[] _instructions;
    private readonly int _depth;

    private HostExpression(ImmutableArray<Instruction> instructions, int depth)
    {
        _instructions = [.. instructions];
        _depth = depth;
        Names = instructions.Where(i => i.Kind == HostOperator.Name).Select(i => (int)i.Number).Distinct().ToImmutableArray();
    }

    /// <summary>The places of the names that the value depends on.</summary>
    public ImmutableArray<int> Names { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The postfix text.</param>
    /// <param name="names">What can be named; <see cref="Evaluate"/> takes the values in this order.</param>
    /// <exception cref="FormatException">The text is not an expression over the names.</exception>
    public static HostExpression Parse(string text, IReadOnlyList<string> names)
    {
        var instructions = ImmutableArray.CreateBuilder<Instruction>();
        var (depth, deepest) = (0, 0);
        foreach (var token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var instruction = ParseToken(token, names);
            if (depth < instruction.Operands)
            {
                throw new FormatException($"'{token}' lacks operands in the host expression '{text}'.");
            }

            instructions.Add(instruction);
            depth += 1 - instruction.Operands;
            deepest = Math.Max(deepest, depth);
        }

        return depth == 1 ? new HostExpression(instructions.ToImmutable(), deepest) : throw new FormatException($"'{text}' is not a host expression.");
    }

    /// <summary>Computes the value.</summary>
    /// <param name="values">The values of the names: integers and truth values as they are, floats as the bits of a binary64.</param>
    [SkipLocalsInit]
    public long Evaluate(ReadOnlySpan<long> values)
    {
        // Most extents and grids are one name, or a number.
        ref readonly var first = ref _instructions[0];
        if (_instructions.Length == 1)
        {
            return first.Kind == HostOperator.Name ? values[(int)first.Number] : first.Number;
        }

        Span<long> stack = _depth <= 62 ? stackalloc long[64] : new long[_depth + 2];
        var top = -1;
        foreach (ref readonly var instruction in _instructions.AsSpan())
        {
            if (instruction.Operands == 0)
            {
                stack[++top] = instruction.Kind == HostOperator.Name ? values[(int)instruction.Number] : instruction.Number;
            }
            else if (instruction.Operands == 2)
            {
                top--;
                stack[top] = HostOperators.Apply(instruction.Kind, stack[top], stack[top + 1]);
            }
            else
            {
                top -= instruction.Operands - 1;
                stack[top] = HostOperators.Apply(instruction.Kind, stack[top], stack[top + 1], stack[top + 2]);
            }
        }

        return stack[0];
    }

    private static Instruction ParseToken(string token, IReadOnlyList<string> names)
    {
        if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return new Instruction(HostOperator.Constant, integer, 0);
        }

        if (token.EndsWith('f') && double.TryParse(token.AsSpan(0, token.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (char.IsDigit(token[0]) || token[0] == '-'))
        {
            return new Instruction(HostOperator.Constant, BitConverter.DoubleToInt64Bits(number), 0);
        }

        if (HostOperators.ByToken.TryGetValue(token, out var known))
        {
            return new Instruction(known.Operator, 0, known.Operands);
        }

        var name = token.TrimStart('$');
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return new Instruction(HostOperator.Name, i, 0);
            }
        }

        throw new FormatException($"'{token}' is neither a name nor an operator of host expressions.");
    }

    private readonly record struct Instruction(HostOperator Kind, long Number, int Operands);
}
