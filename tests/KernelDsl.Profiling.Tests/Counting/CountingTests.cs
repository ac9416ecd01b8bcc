using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Rules;
using KernelDsl.Profiling.Tests.Rules;

namespace KernelDsl.Profiling.Tests.Counting;

public sealed class CountingTests
{
    private static readonly LaunchShape s_launch = new(2, 3, 1, 40, 2, 1, 100, 28);

    [Fact]
    public void Tally_sums_what_was_counted()
    {
        var tally = new CounterTally(2);
        tally.Execute(0, Lanes.All);
        tally.Execute(0, 0b111);
        tally.Global(0, SectorRule.Of(Lanes.Strided(4), Lanes.All, 4));
        tally.Global(0, SectorRule.Of(Lanes.Strided(128), 0b111, 4));
        tally.Execute(1, executions: 10, lanes: 200);
        tally.Shared(1, BankRule.Load(Lanes.Strided(8), Lanes.All, 4), 128);
        var lines = tally.ToCounters("k", s_launch, [new LineCounters(7, "ld.global.f32"), new LineCounters(9, "ld.shared.f32")]).Lines;
        Assert.Equal(new LineCounters(7, "ld.global.f32") { WarpExecutions = 2, ActiveLanes = 35, Global = new GlobalCounters(2, 7, 5, 2, 140) }, lines[0]);
        Assert.Equal(new LineCounters(9, "ld.shared.f32") { WarpExecutions = 10, ActiveLanes = 200, Shared = new SharedCounters(1, 2, 1, 128) }, lines[1]);
    }

    [Fact]
    public void Access_without_lanes_is_no_request()
    {
        var tally = new CounterTally(1);
        tally.Execute(0, 0);
        tally.Global(0, SectorRule.Of(Lanes.Strided(4), 0, 4));
        tally.Shared(0, BankRule.Load(Lanes.Strided(4), 0, 4), 0);
        var line = Assert.Single(tally.ToCounters("k", s_launch, [new LineCounters(1, "ld.f32")]).Lines);
        Assert.Equal((1, 0, 0, 0), (line.WarpExecutions, line.ActiveLanes, line.Global!.Requests, line.Shared!.Requests));
    }

    [Fact]
    public void Tallies_of_two_threads_add_up()
    {
        CounterTally One(int times)
        {
            var tally = new CounterTally(1);
            for (var i = 0; i < times; i++)
            {
                tally.Execute(0, 1);
                tally.Global(0, SectorRule.Of([4], 1, 4));
            }

            return tally;
        }

        var sum = One(2);
        sum.Add(One(3));
        Assert.Equal(One(5).ToCounters("k", s_launch, [new LineCounters(1, "st.global.f32")]).Lines[0], sum.ToCounters("k", s_launch, [new LineCounters(1, "st.global.f32")]).Lines[0]);
        Assert.Throws<ArgumentException>(() => sum.Add(new CounterTally(2)));
    }

    [Fact]
    public void Launch_counts_part_of_a_warp_as_one()
        => Assert.Equal((6L, 80, 3, 128), (s_launch.Blocks, s_launch.ThreadsPerBlock, s_launch.WarpsPerBlock, s_launch.SharedBytes));

    [Theory]
    [InlineData("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", 4096, TensorKind.Half, false)]
    [InlineData("mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16", 2048, TensorKind.Half, true)]
    [InlineData("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 2048, TensorKind.TensorFloat, false)]
    [InlineData("mma.sync.aligned.m16n8k32.row.col.satfinite.s32.s8.s8.s32", 8192, TensorKind.Integer, false)]
    [InlineData("mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e5m2.f32", 8192, TensorKind.Float8, false)]
    [InlineData("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64", 512, TensorKind.Double, false)]
    [InlineData("wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16", 131072, TensorKind.Half, false)]
    public void Tensor_opcode_names_its_work(string opcode, double flopsPerWarp, TensorKind kind, bool hasHalfSums)
    {
        var shape = TensorShape.Of(opcode)!;
        Assert.Equal((flopsPerWarp, kind, hasHalfSums), (shape.FlopsPerWarp, shape.Kind, shape.HasHalfSums));
    }

    [Theory]
    [InlineData("wgmma.fence.sync.aligned")]
    [InlineData("ldmatrix.sync.aligned.m8n8.x4.shared.b16")]
    [InlineData("fma.rn.f32")]
    public void Other_opcodes_are_no_tensor_work(string opcode) => Assert.Null(TensorShape.Of(opcode));

    [Theory]
    [InlineData("fma.rn.f32", 2)]
    [InlineData("add.f32", 1)]
    [InlineData("fma.rn.f16x2", 4)]
    [InlineData("ex2.approx.ftz.f32", 1)]
    [InlineData("add.s32", 0)]
    [InlineData("ld.global.f32", 0)]
    [InlineData("setp.lt.f32", 0)]
    public void Lane_does_floating_point_operations(string opcode, int flops) => Assert.Equal(flops, PtxOpcode.FlopsPerLane(opcode));

    [Theory]
    [InlineData("ld.param.u64", InstructionClass.ConstantMemory)]
    [InlineData("ld.shared.v4.f32", InstructionClass.SharedMemory)]
    [InlineData("st.global.f32", InstructionClass.GlobalMemory)]
    [InlineData("cp.async.cg.shared.global", InstructionClass.GlobalMemory)]
    [InlineData("cp.async.wait_group", InstructionClass.Synchronisation)]
    [InlineData("bar.sync", InstructionClass.Synchronisation)]
    [InlineData("mad.lo.s32", InstructionClass.Fma)]
    [InlineData("fma.rn.f64", InstructionClass.Double)]
    [InlineData("add.f16x2", InstructionClass.Half)]
    [InlineData("cvt.rzi.s32.f32", InstructionClass.Special)]
    [InlineData("cvt.rn.f16x2.f32", InstructionClass.Alu)]
    [InlineData("shfl.sync.bfly.b32", InstructionClass.WarpExchange)]
    [InlineData("wgmma.commit_group.sync.aligned", InstructionClass.Synchronisation)]
    [InlineData("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", InstructionClass.Tensor)]
    public void Ptx_opcode_belongs_to(string opcode, InstructionClass expected) => Assert.Equal(expected, PtxOpcode.ClassOf(opcode));

    [Fact]
    public void Totals_are_sums_over_lines()
    {
        var counters = new KernelCounters("k", s_launch,
        [
            new LineCounters(1, "fma.rn.f32") { WarpExecutions = 2, ActiveLanes = 48 },
            new LineCounters(2, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32") { WarpExecutions = 3, ActiveLanes = 96 },
        ]);
        Assert.Equal((5L, 144 / 5.0, 96.0, 3 * 4096.0), (counters.WarpInstructions, counters.ActiveLanesPerWarp, counters.ScalarFlops, counters.TensorFlops));
    }
}
