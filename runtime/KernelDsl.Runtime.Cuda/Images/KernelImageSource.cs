using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Cuda;

/// <summary>
/// Finds the image of a kernel: in the pack of its assembly, then in the cache on the disk, then by NVRTC. Can be used from several threads; those that want the same image at once share
/// one compile.
/// </summary>
public sealed class KernelImageSource
{
    private readonly KernelDiskCache _cache;
    private readonly Lazy<KernelImageCompiler> _compiler;
    private readonly ConditionalWeakTable<Assembly, Lazy<KernelPack?>> _packs = [];
    private readonly ConcurrentDictionary<(string CudaKey, string Consts, string Architecture, bool IsForChecking), Lazy<KernelImage>> _running = new();

    /// <summary>Makes a source.</summary>
    /// <param name="cache">The cache on the disk.</param>
    /// <param name="nvrtc">Loads NVRTC; called when the first kernel is not in a pack, and again after it failed.</param>
    public KernelImageSource(KernelDiskCache cache, Func<INvrtc> nvrtc)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(nvrtc);
        _cache = cache;
        _compiler = new Lazy<KernelImageCompiler>(() => new KernelImageCompiler(nvrtc(), cache), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The cache on the disk, and what it did.</summary>
    public KernelDiskCache Cache => _cache;

    /// <summary>Finds or makes an image that the device can run.</summary>
    /// <exception cref="KernelSealedException">The policy is <see cref="KernelPolicy.Sealed"/>, and the pack does not have it.</exception>
    /// <exception cref="KernelPackException">The policy is <see cref="KernelPolicy.Sealed"/>, and the pack is damaged.</exception>
    /// <exception cref="KernelImageException">It has to be compiled, and NVRTC is not there or refuses.</exception>
    public KernelImage Get(KernelImageRequest request, KernelPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(request);
        KernelPack? pack = null;
        // What is compiled here has lines, which a pack has not.
        var image = request.IsForChecking && request.CudaText is not null && policy != KernelPolicy.Sealed ? null : FromPack(request, policy, out pack);
        if (image is null && policy == KernelPolicy.Sealed)
        {
            var consts = CudaCompilation.Describe(request.Consts);
            throw new KernelSealedException(
                request.Kernel, request.Variant, request.Architecture, request.Assembly?.GetName().Name ?? "the program", PackSearch.Advice(pack, request.CudaKey, consts, request.Architecture));
        }

        image ??= Once(request);
        KernelImageEvents.Log.ImageLoaded(request.Kernel, request.Architecture, image.Origin.ToString());
        return image;
    }

    private KernelImage? FromPack(KernelImageRequest request, KernelPolicy policy, out KernelPack? pack)
    {
        pack = null;
        if (request.Assembly is null)
        {
            return null;
        }

        try
        {
            pack = _packs.GetValue(request.Assembly, static assembly => new Lazy<KernelPack?>(() => KernelPack.Open(assembly))).Value;
            return pack is not null && PackSearch.TryFindBest(pack, request.CudaKey, CudaCompilation.Describe(request.Consts), request.Architecture, out var key, request.IsForChecking)
                && pack.TryFind(key, out var code)
                ? new KernelImage(code, key.Kind, key.Architecture, KernelImageOrigin.Pack)
                : null;
        }
        catch (KernelPackException e) when (policy != KernelPolicy.Sealed)
        {
            // A library may have been built by another version; what it carries can be made again here.
            KernelImageEvents.Log.PackPassedOver(e.Message);
            return null;
        }
    }

    private KernelImage Once(KernelImageRequest request)
    {
        var key = (request.CudaKey, CudaCompilation.Describe(request.Consts), request.Architecture, request.IsForChecking);
        var compile = _running.GetOrAdd(key, _ => new Lazy<KernelImage>(() => Make(request)));
        try
        {
            return compile.Value;
        }
        finally
        {
            // The device keeps what it loads; here it is only held while it is made. A failure may be mended before the next call.
            _running.TryRemove(new KeyValuePair<(string, string, string, bool), Lazy<KernelImage>>(key, compile));
        }
    }

    private KernelImage Make(KernelImageRequest request)
    {
        if (request.CudaText is null)
        {
            throw new KernelImageException(RuntimeDiagnostics.NoCompiler, null, request.Kernel, request.Variant, request.Architecture, "its CUDA text is not in the program (KernelDslEmbedCuda)");
        }

        try
        {
            var compiler = _compiler.Value;
            var (architecture, kind) = request.IsForChecking ? (request.Architecture, KernelImageKinds.Ptx) : compiler.Choose(request.Architecture);
            return compiler.Get(request.Kernel, request.CudaText, request.CudaKey, request.Consts, architecture, kind, request.IsForChecking);
        }
        catch (NvrtcMissingException e)
        {
            throw new KernelImageException(RuntimeDiagnostics.NoCompiler, e, request.Kernel, request.Variant, request.Architecture, e.Message);
        }
        catch (NvrtcException e)
        {
            throw new KernelImageException(RuntimeDiagnostics.CompileFailed, e, request.Kernel, request.Variant, request.Architecture, e.Message);
        }
    }
}
