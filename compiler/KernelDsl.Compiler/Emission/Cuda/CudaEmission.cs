using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>How CUDA C is emitted.</summary>
/// <param name="FunctionPrefix">The start of all function names; the program's name when null.</param>
/// <param name="Source">The spec, for <see cref="CudaUnit.Lines"/>; none when null.</param>
/// <param name="Helpers">Helper functions that replace the ones of the same name, for compilers without PTX.</param>
internal sealed record CudaOptions(
    string? FunctionPrefix = null, SourceText? Source = null, ImmutableDictionary<string, string>? Helpers = null);

/// <summary>The text, the plan that says how to launch its functions, and the lines of the spec that the text comes from, when they were asked for.</summary>
internal sealed record CudaUnit(string Text, KernelPlan Plan, SpecLineMap? Lines);

/// <summary>
/// Emits a program as CUDA C that needs no header: one <c>extern "C"</c> function per stage, in which any number of blocks of the plan's size
/// stride over the grid points.
/// </summary>
internal static class CudaEmission
{
    /// <summary>The options that the text is written for, beside the architecture.</summary>
    public static ImmutableArray<string> CompilerOptions => CudaCompilation.Options;

    public static CudaUnit Emit(LoopProgram program, CudaOptions? options = null) => DeepStack.Run(() => EmitHere(program, options ?? new CudaOptions()));

    /// <summary>The text of a program without <see cref="FillStep"/>.</summary>
    public static (string Text, SpecLineMap? Lines) EmitText(LoopProgram lowered, CudaOptions options)
    {
        var lines = options.Source is null ? null : new SpecLines(options.Source);
        var helpers = new CudaHelperUse(options.Helpers ?? ImmutableDictionary<string, string>.Empty);
        var stages = PlanEmission.StagesOf(lowered);
        var functions = new CodeWriter();
        var names = FunctionNames(lowered, options.FunctionPrefix);
        for (var i = 0; i < stages.Length; i++)
        {
            functions.Line();
            new CudaStageEmitter(lowered, stages[i], functions, new NameScope(CudaKeywords.All), helpers, lines).Emit(names(i));
        }

        var writer = new CodeWriter();
        var macros = string.Concat(lowered.Arguments.Where(argument => argument.IsConst).Select(argument => $" -D{SignatureConst.MacroOf(argument.Name)}=N"));
        writer.Line($"// Kernel {NameScope.Identifier(lowered.Name)}, emitted by KernelDsl. Compile with {string.Join(" ", CompilerOptions)}{macros}.");
        writer.Line("typedef long long i64;").Line("typedef unsigned long long u64;");
        helpers.WriteTo(writer);
        return (writer.ToString() + functions, lines?.ToMap(writer.LineCount));
    }

    /// <summary>The name of the function of each stage.</summary>
    public static Func<int, string> FunctionNames(LoopProgram program, string? prefix = null)
    {
        var name = NameScope.Identifier(prefix ?? program.Name);
        return stage => $"{name}_{stage}";
    }

    private static CudaUnit EmitHere(LoopProgram program, CudaOptions options)
    {
        var lowered = FillLowering.Lower(program);
        var (text, lines) = EmitText(lowered, options);
        return new CudaUnit(text, PlanEmission.Create(lowered, FunctionNames(lowered, options.FunctionPrefix)), lines);
    }
}
