namespace KernelDsl.Runtime.Packs;

/// <summary>The forms of a compiled kernel.</summary>
public static class KernelImageKinds
{
    /// <summary>PTX text, which the driver finishes for the GPU at hand.</summary>
    public const string Ptx = "ptx";

    /// <summary>Machine code for one architecture.</summary>
    public const string Cubin = "cubin";
}

/// <summary>What a compiled kernel was made from and for.</summary>
/// <param name="CudaKey">The SHA-256 of the CUDA text in UTF-8, as lower-case hex.</param>
/// <param name="Consts">The consts as <c>D=64,K=2</c>, in the order of the signature; empty when there are none.</param>
/// <param name="Architecture">Such as <c>sm_80</c> or <c>sm_90a</c>.</param>
/// <param name="Kind"><see cref="KernelImageKinds.Ptx"/> or <see cref="KernelImageKinds.Cubin"/>.</param>
public sealed record KernelImageKey(string CudaKey, string Consts, string Architecture, string Kind) : IComparable<KernelImageKey>
{
    /// <summary>The order of packs: by text, consts, architecture and kind, each by its characters' numbers.</summary>
    public int CompareTo(KernelImageKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = string.CompareOrdinal(CudaKey, other.CudaKey);
        order = order != 0 ? order : string.CompareOrdinal(Consts, other.Consts);
        order = order != 0 ? order : string.CompareOrdinal(Architecture, other.Architecture);
        return order != 0 ? order : string.CompareOrdinal(Kind, other.Kind);
    }
}
