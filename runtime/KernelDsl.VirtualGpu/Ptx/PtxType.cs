namespace KernelDsl.VirtualGpu.Ptx;

/// <summary>The fundamental types of PTX and the packed and alternate ones that instructions name.</summary>
internal enum PtxType
{
    None, Pred, B8, B16, B32, B64, B128, U8, U16, U32, U64, S8, S16, S32, S64, F16, F16X2, BF16, BF16X2, TF32, F32, F64, E4M3, E5M2, E4M3X2, E5M2X2, S4, U4, B1, U16X2, S16X2, S2, U2,
}

internal static class PtxTypes
{
    private static readonly Dictionary<string, PtxType> s_byName = Enum.GetValues<PtxType>().Where(type => type != PtxType.None)
        .ToDictionary(type => "." + type.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The type that a modifier names.</summary>
    public static bool TryParse(string dotted, out PtxType type) => s_byName.TryGetValue(dotted, out type);

    /// <summary>As it is written, without the point.</summary>
    public static string Name(this PtxType type) => type.ToString().ToLowerInvariant();

    /// <summary>Bytes in memory; 0 for predicates and types smaller than a byte.</summary>
    public static int Size(this PtxType type) => type switch
    {
        PtxType.B8 or PtxType.U8 or PtxType.S8 or PtxType.E4M3 or PtxType.E5M2 => 1,
        PtxType.B16 or PtxType.U16 or PtxType.S16 or PtxType.F16 or PtxType.BF16 or PtxType.E4M3X2 or PtxType.E5M2X2 => 2,
        PtxType.B32 or PtxType.U32 or PtxType.S32 or PtxType.F32 or PtxType.TF32 or PtxType.F16X2 or PtxType.BF16X2 or PtxType.U16X2 or PtxType.S16X2 => 4,
        PtxType.B64 or PtxType.U64 or PtxType.S64 or PtxType.F64 => 8,
        PtxType.B128 => 16,
        _ => 0,
    };

    public static bool IsSigned(this PtxType type) => type is PtxType.S8 or PtxType.S16 or PtxType.S32 or PtxType.S64;

    public static bool IsFloat(this PtxType type) => type is PtxType.F16 or PtxType.BF16 or PtxType.F32 or PtxType.F64 or PtxType.TF32;

    public static bool IsInteger(this PtxType type) => type is >= PtxType.B8 and <= PtxType.S64;
}
