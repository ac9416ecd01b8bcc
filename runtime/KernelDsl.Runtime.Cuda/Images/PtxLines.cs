using System.Text;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Puts the lines of a spec into PTX, for devices that check what kernels do.</summary>
internal static class PtxLines
{
    /// <summary>The PTX with a comment at its end, so that none of its lines moves.</summary>
    /// <param name="ptx">The text in UTF-8.</param>
    /// <param name="lines">As <see cref="SpecLineMap.ToText"/> writes them.</param>
    public static ReadOnlySpan<byte> Append(ReadOnlySpan<byte> ptx, string lines)
        => (byte[])[.. ptx.TrimEnd((byte)0), .. Encoding.UTF8.GetBytes($"\n{SpecLineMap.PtxMarker}{lines}\n")];
}
