using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission;

/// <summary>Which code is made of a kernel.</summary>
/// <param name="ClassName">The name of the C# class with the CPU's stages, or null for none.</param>
/// <param name="Modifiers">What stands before <c>static class</c>.</param>
/// <param name="Source">The spec, for <c>#line</c> spans in C# and the lines of CUDA C; none when null.</param>
/// <param name="HasCuda">Whether CUDA C is made.</param>
internal sealed record CodeOptions(string? ClassName = null, string Modifiers = "internal", SourceText? Source = null, bool HasCuda = true);

/// <summary>
/// The code of one kernel for one choice of its types, as generator, tool and packs make it. Consts are not folded in: they are arguments of the plan and of
/// the CPU's code, and macros of the CUDA text. The CUDA text depends on the kernel and its types only, so that its key finds what was compiled elsewhere.
/// </summary>
/// <param name="TypesKey"><c>T=f32</c>, several joined by commas in the order of the kernel; empty without type parameters.</param>
/// <param name="PlanJson">How the host launches either code.</param>
/// <param name="CSharpText">The class with the CPU's stages, without a namespace around it; null when not asked for.</param>
/// <param name="CudaText">The CUDA C; null when not asked for.</param>
/// <param name="CudaKey">The SHA-256 of the UTF-8 text of <paramref name="CudaText"/> in lower-case hexadecimal digits.</param>
/// <param name="CudaLines">The lines of the spec that the CUDA C comes from, when the options have the spec.</param>
internal sealed record KernelCode(string TypesKey, string PlanJson, string? CSharpText, string? CudaText, string? CudaKey, SpecLineMap? CudaLines)
{
    /// <summary>Lowers a valid kernel and emits its code.</summary>
    public static KernelCode Emit(BoundKernel kernel, ImmutableDictionary<string, ElementType> types, CodeOptions options)
        => EmitAll(kernel, [types], _ => options)[0];

    /// <summary>Lowers a valid kernel for several choices of its types and emits the code of each.</summary>
    public static ImmutableArray<KernelCode> EmitAll(
        BoundKernel kernel, ImmutableArray<ImmutableDictionary<string, ElementType>> types, Func<ImmutableDictionary<string, ElementType>, CodeOptions> optionsOf)
    {
        var instances = types.Select(choice => new KernelInstance(choice, ImmutableDictionary<string, long>.Empty)).ToImmutableArray();
        return PlainSchedule.LowerAll(kernel, instances).Select((program, i) => Emit(kernel, program, types[i], optionsOf(types[i]))).ToImmutableArray();
    }

    /// <summary><c>T=f32</c>, several joined by commas in the order of the kernel.</summary>
    public static string KeyOf(BoundKernel kernel, ImmutableDictionary<string, ElementType> types)
        => string.Join(",", kernel.TypeParameters.Select(type => $"{type.Name}={types[type.Name].Name()}"));

    private static KernelCode Emit(BoundKernel kernel, LoopProgram program, ImmutableDictionary<string, ElementType> types, CodeOptions options) => DeepStack.Run(() =>
    {
        var lowered = FillLowering.Lower(program);
        var csharp = new CodeWriter();
        if (options.ClassName is { } className)
        {
            CSharpEmission.WriteClass(csharp, lowered, options.Modifiers, className, options.Source);
        }

        var (cuda, lines) = options.HasCuda ? CudaEmission.EmitText(lowered, new CudaOptions(Source: options.Source)) : (null, null);
        return new KernelCode(
            KeyOf(kernel, types),
            KernelPlanWriter.Write(PlanEmission.Create(lowered, CudaEmission.FunctionNames(lowered))),
            options.ClassName is null ? null : csharp.ToString(),
            cuda,
            cuda is null ? null : CudaCompilation.KeyOf(cuda),
            lines);
    });
}
