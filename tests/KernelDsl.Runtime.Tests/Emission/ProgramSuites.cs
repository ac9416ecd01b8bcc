using System.Globalization;
using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Emission;

/// <summary>All programs of the tests, each back end's compiled together, when the first test asks.</summary>
public sealed class ProgramSuites
{
    private readonly Lazy<ImmutableDictionary<string, CompiledKernel>> _jit = new(
        () => CpuJit.CompileMany(Programs()).ToImmutableDictionary(k => k.Name));

    private readonly Lazy<ImmutableDictionary<string, CompiledKernel>> _host = new(
        () => HostCudaRunner.CompileMany(Programs()).ToImmutableDictionary(k => k.Name, k => (CompiledKernel)k));

    /// <summary>How many random programs; a long run sets KDSL_FUZZ_PROGRAMS, and another start KDSL_FUZZ_SEED.</summary>
    private static readonly int s_count = Setting("KDSL_FUZZ_PROGRAMS", 60);

    internal static ImmutableArray<ProgramCase> All { get; } =
        [.. HandBuilt.All, .. OperationMatrix.All, .. Enumerable.Range(Setting("KDSL_FUZZ_SEED", 1), s_count).Select(RandomPrograms.Create)];

    public static TheoryData<string> Names => [.. All.Select(c => c.Program.Name)];

    internal static ProgramCase Find(string name) => All.Single(c => c.Program.Name == name);

    internal CompiledKernel Jit(string name) => _jit.Value[name];

    internal CompiledKernel Host(string name) => _host.Value[name];

    private static ImmutableArray<KernelDsl.Compiler.Tiles.LoopProgram> Programs() => All.Select(c => c.Program).ToImmutableArray();

    private static int Setting(string name, int usual) => Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
