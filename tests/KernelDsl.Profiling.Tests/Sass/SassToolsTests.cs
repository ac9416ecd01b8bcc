using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Sass;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Testing.CudaPrograms;
using KernelDsl.Tool.Profiling;

namespace KernelDsl.Profiling.Tests.Sass;

/// <summary>With the real tools, where they are.</summary>
public sealed class SassToolsTests
{
    public static IEnumerable<object[]> Programs
        => from program in CudaProgramLibrary.All from architecture in (string[])["sm_80", "sm_89", "sm_90"] select new object[] { program.Name, architecture };

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Machine_code_of_a_program_lies_on_its_ptx_lines(string name, string architecture)
    {
        var (ptx, disassembly) = Make(name, architecture);
        var counters = SassSamples.Counters(name, ptx, new LaunchShape(1, 1, 1, 32, 1, 1), (_, _) => 1);
        var report = disassembly.Report(counters)!;
        Assert.InRange(report.Resources!.Registers, 8, 255);
        Assert.DoesNotContain(report.Instructions, counted => SassOpcode.ClassOf(counted.Instruction.Opcode) == InstructionClass.Other);
        var lines = counters.Lines.ToDictionary(line => line.PtxLine);
        var families = new Dictionary<string, string>
        {
            ["LDG"] = "ld.global",
            ["STG"] = "st.global",
            ["LDS"] = "ld.shared",
            ["STS"] = "st.shared",
            ["HMMA"] = "mma.",
            ["LDSM"] = "ldmatrix",
            ["BAR"] = "bar.",
            ["SHFL"] = "shfl",
            ["LDGSTS"] = "cp.async",
            ["ATOMS"] = "atom.shared",
        };
        var anchors = 0;
        foreach (var instruction in report.Instructions.Select(counted => counted.Instruction))
        {
            // Guarded by !PT are the fillers that never execute. Where one address takes the atomics of many lanes, ptxas adds them up by shuffles.
            var isAggregated = instruction.Opcode.StartsWith("SHFL", StringComparison.Ordinal) && lines[instruction.PtxLine].Opcode.StartsWith("atom.", StringComparison.Ordinal);
            if (!isAggregated && families.TryGetValue(instruction.Opcode.Split('.')[0], out var family) && instruction.Guard != "!PT")
            {
                Assert.StartsWith(family, lines[instruction.PtxLine].Opcode.Replace("red.shared", "atom.shared", StringComparison.Ordinal), StringComparison.Ordinal);
                anchors++;
            }
        }

        Assert.True(anchors >= 4, $"only {anchors} anchors");
    }

    [SkippableFact]
    public void Text_that_ptxas_refuses_gives_its_words()
    {
        var tools = Tools();
        Assert.False(tools.Assembles("nonsense", "sm_80"));
        Assert.Contains("fatal", Assert.Throws<InvalidOperationException>(() => tools.Disassemble("nonsense", "sm_80")).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Entry_that_is_not_in_the_text_has_no_report()
    {
        var (_, disassembly) = Make("stencil", "sm_80");
        Assert.Null(disassembly.Report(new KernelCounters("another", new LaunchShape(1, 1, 1, 32, 1, 1), [])));
    }

    [Fact]
    public void Tools_are_not_found_where_they_are_not() => Assert.Null(SassTools.Find([Path.GetTempPath() + "no-such-folder"]));

    private static (string Ptx, Disassembly Disassembly) Make(string name, string architecture)
    {
        var tools = Tools();
        Skip.IfNot(NvrtcCompiler.TryLoad(out var compiler, out var probe), probe.Describe());
        var ptx = compiler!.Compile(CudaProgramLibrary.Find(name).Text, name + ".cu", architecture, NvrtcOutput.Ptx, "--std=c++17", "--fmad=false", "-lineinfo").Text;
        return (ptx, tools.Disassemble(ptx, architecture));
    }

    private static SassTools Tools()
    {
        var tools = SassTools.Find();
        Skip.If(tools is null, SassTools.Absent);
        return tools!;
    }
}
