using System.Diagnostics.CodeAnalysis;

namespace KernelDsl.Runtime.Packs;

/// <summary>Finds what a device can run in a pack, and says what is there instead.</summary>
internal static class PackSearch
{
    /// <summary>The image that fits the architecture best.</summary>
    /// <param name="isPtx">Whether the device takes PTX only.</param>
    public static bool TryFindBest(KernelPack pack, string cudaKey, string consts, string architecture, [NotNullWhen(true)] out KernelImageKey? best, bool isPtx = false)
    {
        best = null;
        if (!GpuArchitecture.TryParse(architecture, out var device))
        {
            return false;
        }

        var fit = int.MinValue;
        foreach (var key in pack.Keys.Where(key => key.CudaKey == cudaKey && key.Consts == consts && (!isPtx || key.Kind == KernelImageKinds.Ptx)))
        {
            if (GpuArchitecture.TryParse(key.Architecture, out var image) && device.Value.Fit(image.Value, key.Kind) is { } own && own > fit)
            {
                (best, fit) = (key, own);
            }
        }

        return best is not null;
    }

    /// <summary>What to add to the project, so that the pack has the image.</summary>
    public static string Advice(KernelPack? pack, string cudaKey, string consts, string architecture)
    {
        if (pack is null)
        {
            return $"it has no pack: set <KernelDslTargets>{architecture}</KernelDslTargets> in the project";
        }

        var same = pack.Keys.Where(key => key.CudaKey == cudaKey).ToArray();
        if (same.Length == 0)
        {
            return "the pack does not have this kernel with these types: build the project again, and add an example with these types to the spec";
        }

        var values = same.Select(key => key.Consts).Distinct(StringComparer.Ordinal).ToArray();
        return values.Contains(consts, StringComparer.Ordinal)
            ? $"it has {string.Join(", ", same.Where(key => key.Consts == consts).Select(key => $"{key.Architecture} ({key.Kind})"))}: add {architecture} to <KernelDslTargets> in the project"
            : $"it has {string.Join("; ", values)}: list the value among those that the const allows, or add an example with it to the spec";
    }
}
