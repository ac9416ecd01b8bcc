using System.Collections.Immutable;
using System.Globalization;
using KernelDsl.Runtime.Numerics;

namespace KernelDsl.Runtime.Launching;

/// <summary>
/// An expression of a plan, in postfix text. Tokens are parted by spaces: integers; names; <c>+ - * / % min max == != &lt; &lt;= &gt; &gt;= &amp;&amp; || ! neg
/// ?: &amp; | ^ ~ &lt;&lt; &gt;&gt;</c> on integers (division is floor division; 0 and 1 are truth values; <c>c a b ?:</c> selects); float literals such as
/// <c>1.5f</c>; the same operators on floats with the prefix <c>f</c> (<c>f+</c>, <c>f&lt;</c>, <c>fneg</c>); <c>abs fabs fsqrt fexp flog ffloor fceil</c>; <c>float</c> and <c>integer</c> convert.
/// Floats are computed in binary64. A name that looks like an operator is written with <c>$</c> before it.
/// </summary>
public sealed class HostExpression
{
    private readonly ImmutableArray<Instruction> _instructions;
    private readonly int _depth;

    private HostExpression(ImmutableArray<Instruction> instructions, int depth)
    {
        _instructions = instructions;
        _depth = depth;
        Names = instructions.Where(i => i.Kind == Kind.Name).Select(i => (int)i.Number).Distinct().ToImmutableArray();
    }

    private enum Kind
    {
        Constant,
        Name,
        Operator,
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
            var (instruction, operands) = ParseToken(token, names);
            if (depth < operands)
            {
                throw new FormatException($"'{token}' lacks operands in the host expression '{text}'.");
            }

            instructions.Add(instruction);
            depth += 1 - operands;
            deepest = Math.Max(deepest, depth);
        }

        return depth == 1 ? new HostExpression(instructions.ToImmutable(), deepest) : throw new FormatException($"'{text}' is not a host expression.");
    }

    /// <summary>Computes the value.</summary>
    /// <param name="values">The values of the names: integers and truth values as they are, floats as the bits of a binary64.</param>
    public long Evaluate(ReadOnlySpan<long> values)
    {
        Span<long> stack = _depth <= 64 ? stackalloc long[64] : new long[_depth];
        var top = -1;
        foreach (var instruction in _instructions)
        {
            switch (instruction.Kind)
            {
                case Kind.Constant:
                    stack[++top] = instruction.Number;
                    break;
                case Kind.Name:
                    stack[++top] = values[(int)instruction.Number];
                    break;
                default:
                    top -= instruction.Operands - 1;
                    stack[top] = Apply(instruction.Operator, stack.Slice(top, instruction.Operands));
                    break;
            }
        }

        return stack[0];
    }

    private static (Instruction Instruction, int Operands) ParseToken(string token, IReadOnlyList<string> names)
    {
        if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return (new Instruction(Kind.Constant, integer, string.Empty, 0), 0);
        }

        if (token.EndsWith('f') && double.TryParse(token.AsSpan(0, token.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (char.IsDigit(token[0]) || token[0] == '-'))
        {
            return (new Instruction(Kind.Constant, BitConverter.DoubleToInt64Bits(number), string.Empty, 0), 0);
        }

        if (OperandCount(token) is { } operands)
        {
            return (new Instruction(Kind.Operator, 0, token, operands), operands);
        }

        var name = token.TrimStart('$');
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return (new Instruction(Kind.Name, i, string.Empty, 0), 0);
            }
        }

        throw new FormatException($"'{token}' is neither a name nor an operator of host expressions.");
    }

    private static int? OperandCount(string token) => token switch
    {
        "?:" => 3,
        "!" or "~" or "neg" or "fneg" or "float" or "integer" or "abs" or "fabs" or "fsqrt" or "fexp" or "flog" or "ffloor" or "fceil" => 1,
        "+" or "-" or "*" or "/" or "%" or "min" or "max" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "&&" or "||"
            or "&" or "|" or "^" or "<<" or ">>"
            or "f+" or "f-" or "f*" or "f/" or "f%" or "fmin" or "fmax" or "f==" or "f!=" or "f<" or "f<=" or "f>" or "f>=" => 2,
        _ => null,
    };

    private static long Apply(string operation, ReadOnlySpan<long> v) => unchecked(operation switch
    {
        "+" => v[0] + v[1],
        "-" => v[0] - v[1],
        "*" => v[0] * v[1],
        "/" => KernelMath.FloorDivide(v[0], v[1]),
        "%" => KernelMath.FloorRemainder(v[0], v[1]),
        "min" => Math.Min(v[0], v[1]),
        "max" => Math.Max(v[0], v[1]),
        "==" => Truth(v[0] == v[1]),
        "!=" => Truth(v[0] != v[1]),
        "<" => Truth(v[0] < v[1]),
        "<=" => Truth(v[0] <= v[1]),
        ">" => Truth(v[0] > v[1]),
        ">=" => Truth(v[0] >= v[1]),
        "&&" => Truth(v[0] != 0 && v[1] != 0),
        "||" => Truth(v[0] != 0 || v[1] != 0),
        "&" => v[0] & v[1],
        "|" => v[0] | v[1],
        "^" => v[0] ^ v[1],
        "<<" => v[0] << (int)(v[1] & 63),
        ">>" => v[0] >> (int)(v[1] & 63),
        "!" => Truth(v[0] == 0),
        "~" => ~v[0],
        "neg" => -v[0],
        "?:" => v[0] != 0 ? v[1] : v[2],
        "float" => Bits(v[0]),
        "integer" => KernelMath.ToInteger(Float(v[0])),
        "abs" => v[0] < 0 ? -v[0] : v[0],
        "fneg" => Bits(-Float(v[0])),
        "fabs" => Bits(Math.Abs(Float(v[0]))),
        "fsqrt" => Bits(Math.Sqrt(Float(v[0]))),
        "fexp" => Bits(Math.Exp(Float(v[0]))),
        "flog" => Bits(Math.Log(Float(v[0]))),
        "ffloor" => Bits(Math.Floor(Float(v[0]))),
        "fceil" => Bits(Math.Ceiling(Float(v[0]))),
        "f+" => Bits(Float(v[0]) + Float(v[1])),
        "f-" => Bits(Float(v[0]) - Float(v[1])),
        "f*" => Bits(Float(v[0]) * Float(v[1])),
        "f/" => Bits(Float(v[0]) / Float(v[1])),
        "f%" => Bits(KernelMath.Remainder(Float(v[0]), Float(v[1]))),
        "fmin" => Bits(Math.Min(Float(v[0]), Float(v[1]))),
        "fmax" => Bits(Math.Max(Float(v[0]), Float(v[1]))),
        "f==" => Truth(Float(v[0]) == Float(v[1])),
        "f!=" => Truth(Float(v[0]) != Float(v[1])),
        "f<" => Truth(Float(v[0]) < Float(v[1])),
        "f<=" => Truth(Float(v[0]) <= Float(v[1])),
        "f>" => Truth(Float(v[0]) > Float(v[1])),
        "f>=" => Truth(Float(v[0]) >= Float(v[1])),
        _ => throw new InvalidOperationException($"The operator '{operation}' has no meaning."),
    });

    private static long Truth(bool truth) => truth ? 1 : 0;

    private static double Float(long bits) => BitConverter.Int64BitsToDouble(bits);

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(number);

    private readonly record struct Instruction(Kind Kind, long Number, string Operator, int Operands);
}
