using KernelDsl.Compiler.Tiles;
using KernelDsl.Runtime;

namespace KernelDsl.Tool.Execution;

/// <summary>The CPU, with C# that is emitted and compiled for the kernel.</summary>
internal sealed class CpuDevice : CompiledDevice
{
    public override string Name => "cpu";

    protected override CompiledKernel Compile(LoopProgram program, KernelCase work) => Backends.CompileForCpu(program);
}
