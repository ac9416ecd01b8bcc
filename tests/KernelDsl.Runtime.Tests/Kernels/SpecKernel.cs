using KernelDsl.Compiler;
using KernelDsl.Compiler.Emission;
using KernelDsl.Compiler.Emission.Bindings;
using KernelDsl.Compiler.Text;
using KernelDsl.Plans;
using KernelDsl.Runtime.Jit;

namespace KernelDsl.Runtime.Tests.Kernels;

/// <summary>A kernel made of a spec in the process, called by the names of the spec: what a generated class does, without the generator.</summary>
internal sealed class SpecKernel : Kernel
{
    private SpecKernel(KernelDefinition definition, KernelDevice device, ReadOnlySpan<long?> consts)
        : base(definition, device, consts)
    {
    }

    public static KernelDefinition Define(string spec, params (string Name, ElementType Type)[] types)
    {
        var compilation = KernelCompilation.Create(new SourceText("test.kdsl", spec));
        Assert.Empty(compilation.Diagnostics.Where(d => d.Severity == Compiler.Diagnostics.DiagnosticSeverity.Error).Select(d => d.ToString()));
        var kernel = compilation.Module.Kernels[0];
        var code = KernelCode.Emit(kernel, types.ToImmutableDictionary(t => t.Name, t => t.Type), new CodeOptions("Stages", "public", compilation.Source));
        var assembly = KernelAssembly.Load([code.CSharpText!]);
        var variant = new KernelVariant(code.TypesKey, KernelPlanReader.Read(code.PlanJson), () => assembly.StagesOf("Stages"), code.CudaText, code.CudaKey, code.CudaLines?.ToText());
        return new KernelDefinition(SignatureEmission.Create(kernel), code.TypesKey, typeof(SpecKernel).Assembly, variant);
    }

    public static SpecKernel Compile(string spec, KernelDevice? device = null, long?[]? consts = null)
        => new(Define(spec), device ?? KernelDevice.Cpu, consts);

    public static SpecKernel Compile(KernelDefinition definition, KernelDevice device, params long?[] consts) => new(definition, device, consts);

    /// <summary>Runs with arguments in the order of the signature's arrays.</summary>
    public void Run(params TensorRef<float>[] tensors) => Run(_ => { }, tensors);

    public void Run(Action<KernelLaunch> pass, params TensorRef<float>[] tensors)
    {
        var launch = BeginLaunch();
        try
        {
            for (var i = 0; i < tensors.Length; i++)
            {
                launch.Tensor(i, tensors[i]);
            }

            pass(launch);
            launch.Run();
        }
        finally
        {
            launch.End();
        }
    }

    /// <summary>Begins so many launches before it ends the first: the most that ever run at once.</summary>
    public void BeginTogether(int count)
    {
        var launches = Enumerable.Range(0, count).Select(_ => BeginLaunch()).ToArray();
        foreach (var launch in launches)
        {
            launch.End();
        }
    }

    /// <summary>The same with three tensors, without an array or a delegate, as generated code does it.</summary>
    public void Launch(TensorRef<float> first, TensorRef<float> second, TensorRef<float> third)
    {
        var launch = BeginLaunch();
        try
        {
            launch.Tensor(0, first);
            launch.Tensor(1, second);
            launch.Tensor(2, third);
            launch.Run();
        }
        finally
        {
            launch.End();
        }
    }
}
