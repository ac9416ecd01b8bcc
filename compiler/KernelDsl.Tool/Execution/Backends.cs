using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Compiler.Syntax.Formatting;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Jit;

namespace KernelDsl.Tool.Execution;

/// <summary>The one place where the tool meets emitters and compilers.</summary>
internal static class Backends
{
    public static CompiledKernel CompileForCpu(LoopProgram program) => CpuJit.Compile(program);

    public static (string Text, KernelPlan Plan) EmitCSharp(LoopProgram program, string className, SourceText source)
    {
        var unit = CSharpEmission.Emit(program, new CSharpOptions(className, Source: source));
        return (unit.Text, unit.Plan);
    }

    /// <param name="source">The spec, for the map of lines; left out when nobody needs that.</param>
    public static CudaUnit EmitCuda(LoopProgram program, SourceText? source = null) => CudaEmission.Emit(program, new CudaOptions(Source: source));

    /// <summary>The formatted text, or null for a file with errors in its syntax.</summary>
    public static string? Format(SourceText source) => Formatter.TryFormat(source);

    public static string PlanText(KernelPlan plan) => KernelPlanWriter.Write(plan);

    /// <exception cref="ToolException">NVRTC is not there, or refuses.</exception>
    public static NvrtcResult CompileCuda(string text, string kernel, string architecture, NvrtcOutput output, params string[] options)
    {
        try
        {
            return NvrtcCompiler.Load().Compile(text, kernel + ".cu", architecture, output, [.. CudaEmission.CompilerOptions, .. options]);
        }
        catch (NvrtcMissingException e)
        {
            throw ToolException.Failure(TargetDiagnostics.NvrtcMissing, e.Message);
        }
        catch (NvrtcException e)
        {
            throw ToolException.Failure(TargetDiagnostics.NvrtcFailed, e.Message);
        }
        catch (ArgumentException)
        {
            throw ToolException.Usage(TargetDiagnostics.BadArchitecture, architecture);
        }
    }
}
