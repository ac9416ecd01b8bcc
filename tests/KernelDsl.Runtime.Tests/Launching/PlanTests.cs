using KernelDsl.Compiler.Emission.Cuda;
using KernelDsl.Plans;
using KernelDsl.Runtime.Tests.Emission;
using KernelDsl.Runtime.Tests.Programs;

namespace KernelDsl.Runtime.Tests.Launching;

public sealed class PlanTests
{
    [Theory]
    [MemberData(nameof(ProgramSuites.Names), MemberType = typeof(ProgramSuites))]
    public void Json_reads_back_to_the_same_json(string name)
    {
        var plan = CudaEmission.Emit(ProgramSuites.Find(name).Program).Plan;
        var json = KernelPlanWriter.Write(plan);
        var back = KernelPlanReader.Read(json);
        Assert.Equal(json, KernelPlanWriter.Write(back));
        Assert.Equal((plan.Stages.Length, plan.Buffers.Length), (back.Stages.Length, back.Buffers.Length));
        using var standard = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(plan.Name, standard.RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void Text_in_json_is_escaped()
    {
        var plan = new KernelPlan("quote \" back \\ line \n é", [], [], [new PlanCheck("1", "\t")], [], [], []);
        var back = KernelPlanReader.Read(KernelPlanWriter.Write(plan));
        Assert.Equal((plan.Name, plan.Checks[0]), (back.Name, back.Checks[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"name\": 3}")]
    [InlineData("{\"name\": \"x\"} y")]
    public void Text_that_is_no_plan_is_refused(string text) => Assert.Throws<FormatException>(() => KernelPlanReader.Read(text));

    [Fact]
    public void Plan_of_a_recurrence_names_the_loop_and_its_launch()
    {
        var plan = CudaEmission.Emit(HandBuilt.Scan(isReversed: true).Program).Plan;
        Assert.Equal(["scan_reversed_0", "scan_reversed_1"], plan.Stages.Select(s => s.Function));
        var serial = Assert.IsType<PlanSerial>(plan.Steps[1]);
        Assert.Equal(("T", true, 0), (serial.Extent, serial.IsReversed, serial.Variable));
        var launch = Assert.IsType<PlanLaunch>(Assert.Single(serial.Steps));
        Assert.Equal((1, 0), (launch.Stage, Assert.Single(launch.Serials)));
        Assert.Equal(
            "Buffer 0, Buffer 1 written, Buffer 2 written, Argument 1, Serial 0",
            string.Join(", ", plan.Stages[1].Parameters.Select(p => $"{p.Kind} {p.Index}{(p.IsWritten ? " written" : string.Empty)}")));
    }
}
