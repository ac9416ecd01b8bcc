using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Plans;

namespace KernelDsl.Tool.Packing;

/// <summary>The one place where packing meets the compiler: which variants of a kernel are packed, and their text.</summary>
internal static class PackVariants
{
    private const int Maximum = 64;

    public static IEnumerable<PackVariant> Of(KernelCompilation compilation, BoundKernel kernel, string place)
    {
        foreach (var instance in Instances(compilation, kernel))
        {
            var text = CudaEmission.Emit(PlainSchedule.Lower(kernel, instance)).Text;
            var types = string.Join(",", kernel.TypeParameters.Select(type => $"{type.Name}={instance.Types[type.Name].Name()}"));
            var consts = kernel.Consts.Select(constant => new KernelConst(constant.Name, "KDSL_CONST_" + constant.Name, instance.Consts[constant.Name])).ToImmutableArray();
            yield return new PackVariant(kernel.Name, place, types, consts, text, CudaCompilation.KeyOf(text));
        }
    }

    private static IEnumerable<KernelInstance> Instances(KernelCompilation compilation, BoundKernel kernel)
    {
        var types = kernel.TypeParameters.Aggregate(
            (IEnumerable<ImmutableDictionary<string, ElementType>>)[ImmutableDictionary<string, ElementType>.Empty],
            (known, type) => known.SelectMany(choice => type.Allowed.Select(element => choice.SetItem(type.Name, element)))).Take(Maximum + 1).ToArray();
        var consts = kernel.Consts.Aggregate(
            (IEnumerable<ImmutableDictionary<string, long>>)[ImmutableDictionary<string, long>.Empty],
            (known, constant) => known.SelectMany(choice => (constant.Allowed.IsEmpty ? constant.Default is { } value ? [value] : [] : constant.Allowed)
                .Select(value => choice.SetItem(constant.Name, value)))).Take(Maximum + 1).ToArray();
        var all = types.Length * consts.Length > Maximum ? [] : types.SelectMany(choice => consts.Select(values => new KernelInstance(choice, values)));
        return all.Concat(compilation.Module.Examples.Where(example => example.KernelName == kernel.Name)
            .Select(example => new KernelInstance(example.Types, kernel.Consts.ToImmutableDictionary(c => c.Name, c => (long)example.Values[c.Name]))));
    }
}
