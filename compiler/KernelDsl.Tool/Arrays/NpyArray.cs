namespace KernelDsl.Tool.Arrays;

/// <summary>The element types of <c>.npy</c> files that the tool reads and writes.</summary>
internal enum NpyType
{
    F2,
    F4,
    F8,
    I1,
    I2,
    I4,
    I8,
    U1,
    B1,
}

internal static class NpyTypes
{
    public static int Size(this NpyType type) => type switch
    {
        NpyType.F8 or NpyType.I8 => 8,
        NpyType.F4 or NpyType.I4 => 4,
        NpyType.F2 or NpyType.I2 => 2,
        _ => 1,
    };

    /// <summary>The name as numpy's <c>dtype.str</c> has it, without the byte order.</summary>
    public static string Name(this NpyType type) => type.ToString().ToLowerInvariant();

    public static bool IsFloat(this NpyType type) => type <= NpyType.F8;

    public static bool TryParse(string name, out NpyType type)
        => Enum.TryParse(name.ToUpperInvariant(), out type) && Enum.IsDefined(type) && char.IsAsciiLetterLower(name[0]); // 'U1' is text
}

/// <summary>An array in row-major order with little-endian elements, whatever the file had.</summary>
internal sealed record NpyArray(NpyType Type, ImmutableArray<long> Shape, byte[] Data)
{
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);
}

/// <summary>A file that is not what it claims to be.</summary>
internal sealed class NpyFormatException(string message) : Exception(message);
