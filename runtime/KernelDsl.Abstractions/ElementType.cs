using System.Collections.Immutable;

namespace KernelDsl;

/// <summary>The types of tensor elements.</summary>
public enum ElementType
{
    /// <summary>IEEE binary64.</summary>
    F64,

    /// <summary>IEEE binary32.</summary>
    F32,

    /// <summary>IEEE binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of binary32.</summary>
    BF16,

    /// <summary>OCP 8-bit float with 4 exponent bits, no infinity (the "fn" variant).</summary>
    F8E4M3,

    /// <summary>OCP 8-bit float with 5 exponent bits.</summary>
    F8E5M2,

    /// <summary>64-bit integer.</summary>
    I64,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>16-bit integer.</summary>
    I16,

    /// <summary>8-bit integer.</summary>
    I8,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>4-bit integer, two in a byte, the first in the low bits.</summary>
    I4,

    /// <summary>Unsigned 4-bit integer, two in a byte, the first in the low bits.</summary>
    U4,

    /// <summary>2-bit integer, four in a byte, the first in the low bits.</summary>
    I2,

    /// <summary>Truth value, one byte, 0 or 1.</summary>
    Bool,
}

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    private static readonly ImmutableArray<(string Name, ElementType Type, int Bits)> s_table =
    [
        ("f64", ElementType.F64, 64), ("f32", ElementType.F32, 32), ("f16", ElementType.F16, 16), ("bf16", ElementType.BF16, 16),
        ("f8e4m3", ElementType.F8E4M3, 8), ("f8e5m2", ElementType.F8E5M2, 8), ("i64", ElementType.I64, 64), ("i32", ElementType.I32, 32),
        ("i16", ElementType.I16, 16), ("i8", ElementType.I8, 8), ("u8", ElementType.U8, 8), ("i4", ElementType.I4, 4),
        ("u4", ElementType.U4, 4), ("i2", ElementType.I2, 2), ("bool", ElementType.Bool, 8),
    ];

    /// <summary>The names as they are written in a spec.</summary>
    public static ImmutableArray<string> Names { get; } = s_table.Select(row => row.Name).ToImmutableArray();

    /// <summary>The name as it is written in a spec.</summary>
    public static string Name(this ElementType type) => s_table[(int)type].Name;

    /// <summary>The bits that one element takes in memory.</summary>
    public static int Bits(this ElementType type) => s_table[(int)type].Bits;

    /// <summary>Whether elements are floating-point numbers.</summary>
    public static bool IsFloat(this ElementType type) => type <= ElementType.F8E5M2;

    /// <summary>Whether elements are integers.</summary>
    public static bool IsInteger(this ElementType type) => type is > ElementType.F8E5M2 and < ElementType.Bool;

    /// <summary>The smallest and the largest value of an integer type.</summary>
    public static (long Minimum, long Maximum) IntegerRange(this ElementType type) => type switch
    {
        ElementType.I64 => (long.MinValue, long.MaxValue),
        ElementType.U8 => (0, 255),
        ElementType.U4 => (0, 15),
        _ => (-(1L << (type.Bits() - 1)), (1L << (type.Bits() - 1)) - 1),
    };

    /// <summary>Finds a type by its name.</summary>
    public static bool TryParse(string name, out ElementType type)
    {
        foreach (var row in s_table)
        {
            if (row.Name == name)
            {
                type = row.Type;
                return true;
            }
        }

        type = default;
        return false;
    }
}
