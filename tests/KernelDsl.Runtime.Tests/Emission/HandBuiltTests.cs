using KernelDsl.Runtime.Jit;
using KernelDsl.Runtime.Tests.Programs;

namespace KernelDsl.Runtime.Tests.Emission;

public sealed class HandBuiltTests
{
    public static TheoryData<string> Names => [.. HandBuilt.All.Select(c => c.Program.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Jit_agrees_with_the_interpreter(string name)
    {
        var program = HandBuilt.All.Single(c => c.Program.Name == name);
        program.Check(CpuJit.Compile(program.Program));
    }
}
