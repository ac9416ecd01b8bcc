using System.Globalization;
using System.Runtime.InteropServices;
using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Compiles a text, or takes what the disk has of an earlier compile. The build and the runtime share it, and so their images.</summary>
internal sealed class KernelImageCompiler(INvrtc nvrtc, KernelDiskCache cache)
{
    private readonly string _version = nvrtc.Version.ToString();

    public string NvrtcVersion => _version;

    /// <summary>Makes the image of a form for exactly an architecture, with line information or without.</summary>
    /// <exception cref="NvrtcException">NVRTC refuses.</exception>
    public KernelImage Get(string kernel, string text, string cudaKey, ImmutableArray<KernelConst> consts, string architecture, string kind, bool hasLines = false)
    {
        string[] more = hasLines ? ["-lineinfo"] : [];
        var key = new KernelCacheKey(
            new KernelImageKey(cudaKey, CudaCompilation.Describe(consts), architecture, kind), string.Join(" ", [.. CudaCompilation.Options, .. more]), _version, CudaCompilation.Version);
        if (cache.TryGet(key, out var known))
        {
            return new KernelImage(known, kind, architecture, KernelImageOrigin.Cache);
        }

        var output = kind == KernelImageKinds.Cubin ? NvrtcOutput.Cubin : NvrtcOutput.Ptx;
        var result = nvrtc.Compile(text, kernel + ".cu", architecture, output, [.. CudaCompilation.OptionsFor(consts), .. more]);
        cache.Add(key, result.Code.AsSpan());
        return new KernelImage(ImmutableCollectionsMarshal.AsArray(result.Code), kind, architecture, KernelImageOrigin.Compiler);
    }

    /// <summary>What to compile for a device: machine code when NVRTC knows its architecture, otherwise the PTX of the newest older one that it knows.</summary>
    public (string Architecture, string Kind) Choose(string device)
    {
        if (nvrtc.Architectures.IsEmpty || !GpuArchitecture.TryParse(device, out var wanted) || nvrtc.Architectures.Contains(wanted.Value.Number) || wanted.Value.Suffix.Length > 0)
        {
            return (device, KernelImageKinds.Cubin);
        }

        var older = nvrtc.Architectures.Where(number => number < wanted.Value.Number).DefaultIfEmpty(wanted.Value.Number).Max();
        return (string.Create(CultureInfo.InvariantCulture, $"sm_{older}"), KernelImageKinds.Ptx);
    }
}
