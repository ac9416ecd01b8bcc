using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Plans;

namespace KernelDsl.Tool.Packing;

/// <summary>The one place where packing meets the compiler: which variants of a kernel are packed, and their text.</summary>
internal static class PackVariants
{
    public static ImmutableArray<PackVariant> Of(KernelCompilation compilation, BoundKernel kernel, string place)
    {
        var names = ArgumentNames.Of(kernel);
        var codes = new Dictionary<string, KernelCode>(StringComparer.Ordinal);
        var variants = ImmutableArray.CreateBuilder<PackVariant>();
        foreach (var (types, values) in KernelVariants.PackedOf(kernel, compilation.Module.Examples))
        {
            // The text is the same for all values of the consts.
            var key = KernelCode.KeyOf(kernel, types);
            if (!codes.TryGetValue(key, out var code))
            {
                codes.Add(key, code = KernelCode.Emit(kernel, types, new CodeOptions()));
            }

            var consts = kernel.Consts.Select(constant => new KernelConst(constant.Name, SignatureConst.MacroOf(names[constant.Name]), values[constant.Name]));
            variants.Add(new PackVariant(kernel.Name, place, key, [.. consts], code.CudaText!, code.CudaKey!));
        }

        return variants.ToImmutable();
    }
}
