using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelDsl.Profiling.Counting;

/// <summary>What a tensor core multiplies, as table columns and peaks distinguish it.</summary>
public enum TensorKind
{
    /// <summary>f16 or bf16 factors.</summary>
    Half,

    /// <summary>tf32 factors.</summary>
    TensorFloat,

    /// <summary>8-bit float factors.</summary>
    Float8,

    /// <summary>8-bit integers and below.</summary>
    Integer,

    /// <summary>f64 factors.</summary>
    Double,
}

/// <summary>The tile that one tensor instruction multiplies.</summary>
/// <param name="M">Rows of the result.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="K">The summed extent.</param>
/// <param name="Kind">What is multiplied.</param>
/// <param name="HasHalfSums">Whether sums are f16, which some GPUs do faster.</param>
/// <param name="Warps">The warps that execute the instruction together: 1 for <c>mma</c>, 4 for <c>wgmma</c>.</param>
public sealed partial record TensorShape(int M, int N, int K, TensorKind Kind, bool HasHalfSums, int Warps)
{
    /// <summary>The share of one warp in 2 · m · n · k operations.</summary>
    public double FlopsPerWarp => 2.0 * M * N * K / Warps;

    /// <summary>The shape that an opcode names, such as <c>mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32</c>; null when it multiplies no tiles.</summary>
    /// <param name="opcode">The instruction without guard and operands.</param>
    public static TensorShape? Of(string opcode)
    {
        var isMultiply = opcode.StartsWith("mma.", StringComparison.Ordinal) || opcode.StartsWith("wgmma.mma_async", StringComparison.Ordinal)
            || opcode.StartsWith("wmma.mma", StringComparison.Ordinal);
        if (!isMultiply || Shape().Match(opcode) is not { Success: true } shape)
        {
            return null;
        }

        int Extent(int group) => int.Parse(shape.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        // Behind shape and layouts, the type of the result comes first.
        var result = opcode[(shape.Index + shape.Length)..].Split('.').FirstOrDefault(part => part is not ("" or "row" or "col" or "satfinite"));
        return new TensorShape(Extent(1), Extent(2), Extent(3), KindOf(opcode), result == "f16", opcode.StartsWith("wgmma", StringComparison.Ordinal) ? 4 : 1);
    }

    // The factors decide; the types of sums (f32, s32) may stand beside any of them.
    private static TensorKind KindOf(string opcode) => opcode.Split('.') switch
    {
        var parts when parts.Contains("tf32") => TensorKind.TensorFloat,
        var parts when parts.Contains("e4m3") || parts.Contains("e5m2") => TensorKind.Float8,
        var parts when parts.Contains("f64") => TensorKind.Double,
        var parts when parts.Any(part => part is "s8" or "u8" or "s4" or "u4" or "b1") => TensorKind.Integer,
        _ => TensorKind.Half,
    };

    [GeneratedRegex(@"\.m(\d{1,4})n(\d{1,4})k(\d{1,4})(?=\.|$)")]
    private static partial Regex Shape();
}
