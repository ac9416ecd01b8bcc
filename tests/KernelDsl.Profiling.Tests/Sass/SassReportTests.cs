using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Sass;

namespace KernelDsl.Profiling.Tests.Sass;

public sealed class SassReportTests
{
    private static readonly LaunchShape s_oneWarp = new(1, 1, 1, 32, 1, 1);

    [Fact]
    public void Every_instruction_of_the_disassembly_is_read()
    {
        var function = SassSamples.Function("mma_tile.sm_90");
        Assert.Equal("mma_tile", function.Name);
        // Addresses 0x0 to 0x360; the trap and the padding behind EXIT are not part of the code.
        Assert.Equal(Enumerable.Range(0, 0x37).Select(i => 16 * i), function.Instructions.Select(instruction => instruction.Address));
        Assert.Equal(new SassInstruction(0xb0, "!P0", "LDG.E.128", "LDG.E.128 R8, desc[UR8][R8.64]", 70, false), function.Instructions[11]);
    }

    [Fact]
    public void Instructions_stand_for_ptx_lines_of_their_kind()
    {
        var ptx = SassSamples.Text("mma_tile.sm_90.ptx").Split('\n');
        string PtxOf(string opcode) => ptx[SassSamples.Function("mma_tile.sm_90").Instructions.First(instruction => instruction.Opcode.StartsWith(opcode, StringComparison.Ordinal)).PtxLine - 1].Trim();
        Assert.StartsWith("mma.sync.aligned.m16n8k16", PtxOf("HMMA"), StringComparison.Ordinal);
        Assert.StartsWith("ldmatrix.sync.aligned.m8n8.x2", PtxOf("LDSM.16.M88.2"), StringComparison.Ordinal);
        Assert.StartsWith("ld.global.v4.u32", PtxOf("LDG"), StringComparison.Ordinal);
        Assert.StartsWith("st.global.v2.f32", PtxOf("STG"), StringComparison.Ordinal);
    }

    [Fact]
    public void Subroutines_of_slow_paths_are_marked()
    {
        var instructions = SassSamples.Function("softmax_rows.sm_80").Instructions;
        var first = instructions.First(instruction => instruction.IsSlowPath).Address;
        Assert.All(instructions, instruction => Assert.Equal(instruction.Address >= first, instruction.IsSlowPath));
        Assert.Contains(instructions, instruction => instruction.Opcode == "RET.REL.NODEC" && instruction.IsSlowPath);
        Assert.Equal("EXIT", instructions.Last(instruction => !instruction.IsSlowPath).Opcode);
    }

    [Fact]
    public void Machine_code_executes_as_often_as_its_ptx_lines()
    {
        // The inner loop of the tile product runs 3 times in each of 2 · 8 warps.
        var launch = new LaunchShape(2, 1, 1, 16, 16, 1);
        var ptx = SassSamples.Text("matmul_tiled.sm_80.ptx");
        var counters = SassSamples.Counters("matmul_tiled", ptx, launch, (_, opcode) => opcode is "ld.shared.f32" or "mul.rn.f32" or "add.rn.f32" or "bar.sync" ? 48 : 16);
        var report = SassReport.Of(SassSamples.Function("matmul_tiled.sm_80"), counters, SassSamples.Resources("matmul_tiled.sm_80"));
        Assert.Equal(48 * 16, Count(report, "FMUL"));
        Assert.Equal(48 * 16, Count(report, "FADD"));
        Assert.Equal(48 * 2, Count(report, "BAR"));
        // ptxas reads the padded row in single words and the other as well.
        Assert.Equal(48 * report.Instructions.Count(counted => counted.Instruction.Opcode.StartsWith("LDS", StringComparison.Ordinal)), Count(report, "LDS"));
        Assert.Equal(report.WarpInstructions, report.Mix.Values.Sum());
        Assert.Equal(31, report.Resources!.Registers);
    }

    [Fact]
    public void Instruction_without_a_counted_line_runs_once_for_each_warp()
    {
        var counters = new KernelCounters("mma_tile", s_oneWarp with { GridX = 7 }, []);
        var report = SassReport.Of(SassSamples.Function("mma_tile.sm_90"), counters);
        Assert.Equal((0x37, 7L * 0x37), (report.Unplaced, report.WarpInstructions));
    }

    [Fact]
    public void Slow_paths_are_not_counted()
    {
        var counters = SassSamples.Counters("softmax_rows", SassSamples.Text("softmax_rows.sm_80.ptx"), s_oneWarp, (_, _) => 1);
        var function = SassSamples.Function("softmax_rows.sm_80");
        var report = SassReport.Of(function, counters);
        Assert.True(report.SlowPath > 50);
        Assert.Equal(function.Instructions.Length, report.SlowPath + report.Instructions.Length);
    }

    [Fact]
    public void Copies_of_a_line_are_told()
    {
        SassFunction Function(params int[] lines) => new("f", [.. lines.Select((line, i) => new SassInstruction(16 * i, null, "LDG.E", "LDG.E R0, [R2]", line, false))]);
        var counters = new KernelCounters("f", s_oneWarp, [new LineCounters(5, "ld.global.f32") { WarpExecutions = 4 }, new LineCounters(6, "ld.global.f32") { WarpExecutions = 1 }]);
        Assert.Equal((0, 5L), (SassReport.Of(Function(5, 6), counters).DuplicatedLines, SassReport.Of(Function(5, 6), counters).WarpInstructions));
        Assert.Equal((1, 5L), (SassReport.Of(Function(5, 5, 6), counters).DuplicatedLines, SassReport.Of(Function(5, 5, 6), counters).WarpInstructions));
    }

    [Fact]
    public void Copies_of_straight_code_share_its_executions()
    {
        SassInstruction Of(string opcode, int line) => new(0, null, opcode, opcode, line, false);
        // A loop body of a load, an addition and a store, unrolled twice; behind it a product that became two instructions.
        SassInstruction[] body = [Of("LDG.E", 5), Of("FADD", 6), Of("STG.E", 7)];
        var function = new SassFunction("f", [.. body, .. body, Of("BRA", 8), Of("IMAD", 9), Of("IMAD", 9)]);
        var counters = new KernelCounters("f", s_oneWarp,
        [
            new LineCounters(5, "ld.global.f32") { WarpExecutions = 40 }, new LineCounters(6, "add.f32") { WarpExecutions = 40 }, new LineCounters(7, "st.global.f32") { WarpExecutions = 40 },
            new LineCounters(8, "bra") { WarpExecutions = 40 }, new LineCounters(9, "mul.lo.s64") { WarpExecutions = 1 },
        ]);
        var report = SassReport.Of(function, counters);
        Assert.Equal((40, 40, 40, 40, 2), (Count(report, "LDG"), Count(report, "FADD"), Count(report, "STG"), Count(report, "BRA"), Count(report, "IMAD")));
    }

    [Theory]
    [InlineData("FFMA.FTZ", InstructionClass.Fma)]
    [InlineData("IMAD.MOV.U32", InstructionClass.Fma)]
    [InlineData("HFMA2.MMA", InstructionClass.Half)]
    [InlineData("MUFU.EX2", InstructionClass.Special)]
    [InlineData("HMMA.16816.F32", InstructionClass.Tensor)]
    [InlineData("LDG.E.128.CONSTANT", InstructionClass.GlobalMemory)]
    [InlineData("LDGSTS.E.BYPASS.LTC128B.128", InstructionClass.GlobalMemory)]
    [InlineData("LDSM.16.M88.4", InstructionClass.SharedMemory)]
    [InlineData("BAR.SYNC.DEFER_BLOCKING", InstructionClass.Synchronisation)]
    [InlineData("SHFL.BFLY", InstructionClass.WarpExchange)]
    [InlineData("BRA", InstructionClass.Control)]
    [InlineData("ULDC.64", InstructionClass.ConstantMemory)]
    [InlineData("UIADD3", InstructionClass.Uniform)]
    [InlineData("LOP3.LUT", InstructionClass.Alu)]
    [InlineData("FUTURE", InstructionClass.Other)]
    public void Opcode_belongs_to(string opcode, InstructionClass expected) => Assert.Equal(expected, SassOpcode.ClassOf(opcode));

    [Theory]
    [InlineData("mma_tile.sm_90")]
    [InlineData("softmax_rows.sm_80")]
    [InlineData("matmul_tiled.sm_80")]
    public void No_opcode_of_a_sample_is_unknown(string sample)
        => Assert.DoesNotContain(SassSamples.Function(sample).Instructions, instruction => SassOpcode.ClassOf(instruction.Opcode) == InstructionClass.Other);

    private static long Count(SassReport report, string opcode)
        => report.Instructions.Where(counted => counted.Instruction.Opcode.Split('.')[0] == opcode).Sum(counted => counted.Executions);
}
