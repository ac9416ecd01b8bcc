using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Tests.Fuzzing;

/// <summary>Everything from a text to C# and CUDA, as far as the text lets it.</summary>
internal static class WholeCompiler
{
    public static ImmutableArray<Diagnostic> Run(SourceText source)
    {
        var compilation = KernelCompilation.Create(source);
        foreach (var kernel in compilation.Module.Kernels.Where(kernel => kernel.IsValid))
        {
            var program = PlainSchedule.Lower(kernel, DefaultInstance(kernel));
            Assert.NotEmpty(CSharpEmission.Emit(program, new CSharpOptions("Kernel")).Text);
            Assert.NotEmpty(CudaEmission.Emit(program).Text);
        }

        return compilation.Diagnostics;
    }

    private static KernelInstance DefaultInstance(BoundKernel kernel) => new(
        kernel.TypeParameters.ToImmutableDictionary(t => t.Name, t => t.Allowed[0]),
        kernel.Consts.ToImmutableDictionary(c => c.Name, c => c.Default ?? (c.Allowed.IsEmpty ? 2 : c.Allowed[0])));
}
