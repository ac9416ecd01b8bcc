using System.Runtime.CompilerServices;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Profiling.Tests.Mutations;

/// <summary>CUDA C as the compiler emits it for kernels of the library, in f32.</summary>
internal static class EmittedKernels
{
    public static string Cuda(string file, string kernel, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "kernels", "KernelDsl.Kernels", file);
        var bound = KernelCompilation.Create(new SourceText(file, File.ReadAllText(path))).Module.Kernels.Single(item => item.Name == kernel);
        var types = bound.TypeParameters.ToImmutableDictionary(parameter => parameter.Name, _ => ElementType.F32);
        var consts = bound.Consts.ToImmutableDictionary(item => item.Name, item => item.Default ?? item.Allowed[0]);
        return CudaEmission.Emit(PlainSchedule.Lower(bound, new KernelInstance(types, consts))).Text;
    }
}
