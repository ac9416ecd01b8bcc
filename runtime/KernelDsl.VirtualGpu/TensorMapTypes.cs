namespace KernelDsl.VirtualGpu;

/// <summary>The type of the elements of a tensor that is copied by tiles; the names and values of <c>CUtensorMapDataType</c>.</summary>
public enum TensorMapDataType
{
    /// <summary>8 bits.</summary>
    UInt8,

    /// <summary>16 bits.</summary>
    UInt16,

    /// <summary>32 bits.</summary>
    UInt32,

    /// <summary>32 bits with a sign.</summary>
    Int32,

    /// <summary>64 bits.</summary>
    UInt64,

    /// <summary>64 bits with a sign.</summary>
    Int64,

    /// <summary>IEEE half.</summary>
    Float16,

    /// <summary>IEEE single.</summary>
    Float32,

    /// <summary>IEEE double.</summary>
    Float64,

    /// <summary>bfloat16.</summary>
    BFloat16,

    /// <summary>IEEE single; subnormals are read as zero.</summary>
    Float32Ftz,

    /// <summary>tf32 in 32 bits; copied as it is.</summary>
    TFloat32,

    /// <summary>tf32 in 32 bits; subnormals are read as zero.</summary>
    TFloat32Ftz,
}

/// <summary>How 16-byte pieces of a tile are permuted in shared memory; the values of <c>CUtensorMapSwizzle</c>.</summary>
public enum TensorMapSwizzle
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Within 32 bytes.</summary>
    Bytes32,

    /// <summary>Within 64 bytes.</summary>
    Bytes64,

    /// <summary>Within 128 bytes.</summary>
    Bytes128,
}

/// <summary>What elements outside of a tensor are read as; the values of <c>CUtensorMapFloatOOBfill</c>.</summary>
public enum TensorMapFill
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>NaN, for floats.</summary>
    NaN,
}
