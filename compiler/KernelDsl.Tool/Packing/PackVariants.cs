using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Emission.Bindings;
using KernelDsl.Plans;

namespace KernelDsl.Tool.Packing;

/// <summary>The one place where packing meets the compiler: which variants of a kernel are packed, and their text.</summary>
internal static class PackVariants
{
    public static ImmutableArray<PackVariant> Of(KernelCompilation compilation, BoundKernel kernel, string place)
    {
        var signature = SignatureEmission.Create(kernel);
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

            var consts = signature.Consts.Select(constant => new KernelConst(constant.Name, constant.Macro, values[constant.Name]));
            variants.Add(new PackVariant(kernel.Name, place, key, [.. consts], code.CudaText!, code.CudaKey!));
        }

        return variants.ToImmutable();
    }
}
