using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling.Tests.Sass;

public sealed class ResourceUseTests
{
    [Fact]
    public void Report_of_ptxas_is_read()
        => Assert.Equal(new ResourceUse("matmul_tiled", "sm_80", 31, 0, 0, 0, 2112, 388 + 8, 0), SassSamples.Resources("matmul_tiled.sm_80"));

    [Fact]
    public void Spills_and_stack_are_read()
    {
        var text = """
            ptxas info    : 24 bytes gmem
            ptxas info    : Compiling entry function 'first' for 'sm_90a'
            ptxas info    : Function properties for first
                1032 bytes stack frame, 240 bytes spill stores, 232 bytes spill loads
            ptxas info    : Function properties for helper
                16 bytes stack frame, 8 bytes spill stores, 8 bytes spill loads
            ptxas info    : Used 255 registers, used 2 barriers, 1032 bytes cumulative stack size, 49152+0 bytes smem, 400 bytes cmem[0]
            ptxas info    : Compile time = 12.345 ms
            ptxas info    : Compiling entry function 'second' for 'sm_90a'
            ptxas info    : Function properties for second
                0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            ptxas info    : Used 8 registers
            """;
        Assert.Equal([new ResourceUse("first", "sm_90a", 255, 1032, 240, 232, 49152, 400, 2), new ResourceUse("second", "sm_90a", 8, 0, 0, 0, 0, 0, 0)],
            ResourceUse.Parse(text.ReplaceLineEndings("\r\n")).ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ptxas fatal   : Unresolved extern function 'f'\n")]
    [InlineData("ptxas info    : Used 8 registers\n")]
    public void Text_without_an_entry_gives_nothing(string text) => Assert.Empty(ResourceUse.Parse(text));
}
