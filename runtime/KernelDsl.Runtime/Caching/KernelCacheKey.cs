using System.Security.Cryptography;
using System.Text;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Caching;

/// <summary>Everything that decides what a compile gives. Equal keys have equal images, on any machine.</summary>
/// <param name="Image">The text, the consts, the architecture and the form.</param>
/// <param name="Options">The further options of the compile, separated by blanks.</param>
/// <param name="NvrtcVersion">Such as 12.4.</param>
/// <param name="CompilerVersion">The version of KernelDsl.</param>
public sealed record KernelCacheKey(KernelImageKey Image, string Options, string NvrtcVersion, string CompilerVersion)
{
    /// <summary>The SHA-256 of all parts.</summary>
    internal byte[] Hash()
    {
        // Lengths go first, so that no two lists of parts give the same bytes.
        var text = new StringBuilder("KernelDsl cache 1\n");
        foreach (var part in (string[])[Image.CudaKey, Image.Consts, Image.Architecture, Image.Kind, Options, NvrtcVersion, CompilerVersion])
        {
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
