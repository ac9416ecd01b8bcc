using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Emission.CSharp;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime.Cpu;

namespace KernelDsl.Runtime.Jit;

/// <summary>Compiles loop programs to machine code of this process: emits C#, compiles it with Roslyn, loads it.</summary>
internal static class CpuJit
{
    /// <summary>Compiles one program.</summary>
    /// <exception cref="JitException">The emitted code does not compile, which is a defect of the emitter.</exception>
    public static CompiledKernel Compile(LoopProgram program, CpuOptions? options = null) => CompileMany([program], options)[0];

    /// <summary>Compiles many programs into one assembly, which costs much less than one assembly for each.</summary>
    /// <returns>One kernel for each program, in the same order.</returns>
    /// <exception cref="JitException">The emitted code does not compile, which is a defect of the emitter.</exception>
    public static ImmutableArray<CompiledKernel> CompileMany(ImmutableArray<LoopProgram> programs, CpuOptions? options = null)
    {
        if (programs.IsEmpty)
        {
            return [];
        }

        var units = programs.Select((p, i) => CSharpEmission.Emit(p, new CSharpOptions($"Kernel_{i}_{NameScope.Identifier(p.Name)}", IsPublic: true)))
            .ToImmutableArray();
        var assembly = KernelAssembly.Load(units.Select(unit => unit.Text).ToImmutableArray());
        return programs.Select((p, i) => (CompiledKernel)new CpuKernel(
            units[i].Plan,
            assembly.StagesOf($"Kernel_{i}_{NameScope.Identifier(p.Name)}"),
            options)).ToImmutableArray();
    }
}
