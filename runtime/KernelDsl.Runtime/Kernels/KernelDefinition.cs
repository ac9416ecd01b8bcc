using System.Collections.Immutable;
using System.Reflection;
using KernelDsl.Plans;
using KernelDsl.Runtime.Cpu;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime;

/// <summary>A kernel with its element types fixed: how it is called, and its code for each kind of device. Made by generated code.</summary>
public sealed class KernelDefinition
{
    internal KernelDefinition(KernelSignature signature, string types, Assembly assembly, KernelVariant? variant)
    {
        Signature = signature;
        Types = types;
        Assembly = assembly;
        Variant = variant;
        Program = variant is null ? null : new PlanProgram(variant.Plan);
        Call = Program is null ? null : new CallProgram(signature, Program);
    }

    /// <summary>The kernel's name as the spec has it.</summary>
    public string Name => Signature.Name;

    /// <summary>How a call passes its arguments.</summary>
    public KernelSignature Signature { get; }

    /// <summary>The element types, such as <c>T=f32</c>; empty when the kernel has no type parameters.</summary>
    public string Types { get; }

    /// <summary>The assembly that holds the generated code, and the pack of compiled images if there is one.</summary>
    public Assembly Assembly { get; }

    /// <summary>The code; null when the assembly has none for these types.</summary>
    internal KernelVariant? Variant { get; }

    internal PlanProgram? Program { get; }

    internal CallProgram? Call { get; }
}

/// <summary>The code of a kernel for one choice of element types.</summary>
/// <param name="Types">Such as <c>T=f32</c>.</param>
/// <param name="Plan">How it is launched.</param>
/// <param name="CpuStages">Makes the stages for the CPU.</param>
/// <param name="CudaText">Self-contained CUDA C, or null when it was not embedded.</param>
/// <param name="CudaKey">The SHA-256 of that text in lower-case hex.</param>
/// <param name="CudaLines">A <see cref="SpecLineMap"/> of that text, or null.</param>
internal sealed record KernelVariant(string Types, KernelPlan Plan, Func<CpuStage[]> CpuStages, string? CudaText, string? CudaKey, string? CudaLines);

/// <summary>Collects what generated code knows about a kernel.</summary>
public sealed class KernelDefinitionBuilder
{
    private readonly KernelSignature _signature;
    private readonly Assembly _assembly;
    private readonly List<string> _types = [];
    private KernelVariant? _variant;

    /// <summary>Begins a definition.</summary>
    /// <param name="signature">The signature as JSON.</param>
    /// <param name="assembly">The assembly of the generated code.</param>
    public KernelDefinitionBuilder(string signature, Assembly assembly)
    {
        _signature = KernelSignatureReader.Read(signature);
        _assembly = assembly;
    }

    /// <summary>Gives the next type parameter its element type.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="KernelTypeException">The spec does not allow the type.</exception>
    public void Type<T>(string name)
        where T : unmanaged
    {
        var element = Elements.TypeOf<T>();
        var parameter = _signature.Types.Single(type => type.Name == name);
        if (!parameter.Allowed.Contains(element))
        {
            throw new KernelTypeException(
                RuntimeDiagnostics.TypeNotAllowed, _signature.Name, name, element.Name(), string.Join(", ", parameter.Allowed.Select(type => type.Name())));
        }

        _types.Add(name + "=" + element.Name());
    }

    /// <summary>Offers the code for one choice of element types; it is kept when that is the choice of this definition.</summary>
    /// <param name="types">The choice, such as <c>T=f32</c>.</param>
    /// <param name="plan">The plan as JSON.</param>
    /// <param name="cpuStages">Makes the stages for the CPU.</param>
    /// <param name="cudaText">Self-contained CUDA C, or null.</param>
    /// <param name="cudaKey">The SHA-256 of that text in lower-case hex, or null.</param>
    /// <param name="cudaLines">The lines of the spec that its lines come from, as <see cref="SpecLineMap.ToText"/> writes them, or null.</param>
    public void Add(string types, string plan, Func<CpuStage[]> cpuStages, string? cudaText, string? cudaKey, string? cudaLines = null)
    {
        if (types == string.Join(",", _types))
        {
            _variant = new KernelVariant(types, KernelPlanReader.Read(plan), cpuStages, cudaText, cudaKey, cudaLines);
        }
    }

    /// <summary>Ends the definition.</summary>
    public KernelDefinition Build() => new(_signature, string.Join(",", _types), _assembly, _variant);
}
