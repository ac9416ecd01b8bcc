using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Tool.Packing;

/// <summary>Compiles every variant of every kernel for every target, on all cores.</summary>
internal sealed class PackBuilder(INvrtc nvrtc, KernelDiskCache cache, PackReport report)
{
    private readonly KernelImageCompiler _compiler = new(nvrtc, cache);

    /// <summary>The pack, or null when there were errors; they are in the report.</summary>
    public PackResult? Build(PackRequest request)
    {
        CheckTargets(request.Targets);
        var specs = request.Files.Select(file => KernelCompilation.Create(Sources.Read(file))).ToArray();
        foreach (var error in specs.SelectMany(spec => spec.Diagnostics).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            report.Add(error);
        }

        if (report.HasErrors)
        {
            return null;
        }

        var kernels = specs.SelectMany(spec => spec.Module.Kernels.Select(kernel => (spec, kernel))).ToArray();
        var variants = kernels.AsParallel().AsOrdered().SelectMany(pair => VariantsOf(pair.spec, pair.kernel)).ToArray();
        var images = Compile(variants.DistinctBy(variant => variant.Identity), request);
        if (report.HasErrors)
        {
            return null;
        }

        var writer = new KernelPackWriter(CudaCompilation.Version, _compiler.NvrtcVersion);
        foreach (var (key, image) in images)
        {
            writer.Add(key, image.Code);
        }

        return new PackResult(writer.ToArray(), kernels.Length, writer.Count, images.Count(image => image.Image.Origin == KernelImageOrigin.Compiler));
    }

    private void CheckTargets(ImmutableArray<string> targets)
    {
        foreach (var target in targets)
        {
            if (!GpuArchitecture.TryParse(target, out var architecture))
            {
                report.Add(TargetDiagnostics.BadArchitecture, "kdsl", target);
            }
            else if (!nvrtc.Architectures.IsEmpty && !nvrtc.Architectures.Contains(architecture.Value.Number))
            {
                report.Add(PackDiagnostics.TargetNotSupported, "kdsl", nvrtc.Version, target, string.Join(", ", nvrtc.Architectures.Select(number => $"sm_{number}")));
            }
        }
    }

    private ImmutableArray<PackVariant> VariantsOf(KernelCompilation spec, BoundKernel kernel)
    {
        var start = spec.Source.PositionOf(kernel.Syntax.Name.Span.Start);
        var place = $"{spec.Source.Path}({start.Line},{start.Column})";
        var variants = PackVariants.Of(spec, kernel, place);
        if (variants.IsEmpty)
        {
            var open = kernel.Consts.FirstOrDefault(constant => constant.Allowed.IsEmpty && constant.Default is null);
            report.Add(PackDiagnostics.NothingToPack, place, kernel.Name, open?.Name);
        }

        return variants;
    }

    private (KernelImageKey Key, KernelImage Image)[] Compile(IEnumerable<PackVariant> variants, PackRequest request)
    {
        var work = from variant in variants from target in request.Targets from kind in request.Kinds select (variant, target, kind);

        // One at a time from the list: compiles take very different times.
        return [.. System.Collections.Concurrent.Partitioner.Create(work, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering).AsParallel()
            .Select(item => Compile(item.variant, item.target, item.kind)).Where(made => made.Image is not null).Select(made => (made.Key, made.Image!))];
    }

    private (KernelImageKey Key, KernelImage? Image) Compile(PackVariant variant, string target, string kind)
    {
        var key = new KernelImageKey(variant.CudaKey, CudaCompilation.Describe(variant.Consts), target, kind);
        try
        {
            return (key, _compiler.Get(variant.Kernel, variant.CudaText, variant.CudaKey, variant.Consts, target, kind));
        }
        catch (NvrtcException e)
        {
            report.Add(TargetDiagnostics.NvrtcFailed, variant.Place, e.Message);
            return (key, null);
        }
    }
}
