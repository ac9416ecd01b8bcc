using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Forms of barriers in memory, one by one.</summary>
public sealed class MbarrierTests
{
    private static int[] Run(string body, string architecture = "sm_90", int threads = 32, int results = 8, int seed = 1, string helpers = "")
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture, Seed = seed, InstructionBudget = 3_000_000 });
        var kernel = Cuda.Load(gpu, $"typedef unsigned u32; typedef unsigned long long u64; {helpers}\n"
            + "__device__ u32 at(const void* p) { u32 r; asm(\"{ .reg .u64 q; cvta.to.shared.u64 q, %1; cvt.u32.u64 %0, q; }\" : \"=r\"(r) : \"l\"(p)); return r; }\n"
            + "extern \"C\" __global__ void f(int* out, const int* in) { __shared__ u64 b; u32 a = at(&b); int t = threadIdx.x; (void)a; (void)t;\n" + body + " }");
        var result = gpu.Upload<int>(new int[results], "out");
        kernel.Launch(1, threads, 0, result, gpu.Upload<int>(Enumerable.Range(0, 256).ToArray(), "in"));
        return gpu.Download<int>(result, results);
    }

    private static Finding Fault(string body, string architecture = "sm_90", int threads = 32, string helpers = "")
        => Assert.Throws<VirtualGpuFaultException>(() => Run(body, architecture, threads, 64, helpers: helpers)).Finding;

    private const string Init = "if (t == 0) asm volatile(\"mbarrier.init.shared.b64 [%0], 4;\" :: \"r\"(a)); __syncthreads(); u64 s = 0; u32 n, p;";

    private const string Pending = "asm volatile(\"mbarrier.pending_count.b64 %0, %1;\" : \"=r\"(n) : \"l\"(s));";

    private const string Test = "asm volatile(\"{ .reg .pred q; mbarrier.test_wait.shared.b64 q, [%1], %2; selp.u32 %0, 1, 0, q; }\" : \"=r\"(p) : \"r\"(a), \"l\"(s));";

    private const string Parity = "asm volatile(\"{ .reg .pred q; mbarrier.test_wait.parity.shared.b64 q, [%1], %2; selp.u32 %0, 1, 0, q; }\" : \"=r\"(p) : \"r\"(a), \"r\"(z));";

    [SkippableTheory]
    [InlineData("sm_80")]
    [InlineData("sm_90")]
    public void States_count_what_was_pending_before(string architecture)
    {
        var result = Run(Init + "if (t == 0) {"
            + "asm volatile(\"mbarrier.arrive.shared.b64 %0, [%1];\" : \"=l\"(s) : \"r\"(a));" + Pending + "out[0] = n;" + Test + "out[1] = p;"
            + "asm volatile(\"mbarrier.arrive.noComplete.shared.b64 %0, [%1], 2;\" : \"=l\"(s) : \"r\"(a));" + Pending + "out[2] = n;"
            + "asm volatile(\"mbarrier.arrive.shared.b64 %0, [%1];\" : \"=l\"(s) : \"r\"(a));" + Pending + "out[3] = n;" + Test + "out[4] = p;"
            + "asm volatile(\"mbarrier.arrive_drop.shared.b64 %0, [%1];\" : \"=l\"(s) : \"r\"(a));"
            + "asm volatile(\"mbarrier.arrive.noComplete.shared.b64 _, [%0], 2;\" :: \"r\"(a)); asm volatile(\"mbarrier.arrive.shared.b64 _, [%0];\" :: \"r\"(a));" + Test + "out[5] = p;"
            + "asm volatile(\"mbarrier.arrive.shared.b64 %0, [%1];\" : \"=l\"(s) : \"r\"(a));" + Pending + "out[6] = n; }", architecture);
        Assert.Equal([4, 0, 3, 1, 1, 1, 3, 0], result);
    }

    [SkippableFact]
    public void Parity_tells_the_phase_before_from_the_current_one()
    {
        var result = Run(Init + "if (t == 0) { u32 z = 1;" + Parity + "out[0] = p; z = 0;" + Parity + "out[1] = p;"
            + "for (int k = 0; k < 4; k++) asm volatile(\"mbarrier.arrive.shared.b64 _, [%0];\" :: \"r\"(a));" + Parity + "out[2] = p; z = 1;" + Parity + "out[3] = p;"
            + "asm volatile(\"mbarrier.inval.shared.b64 [%0]; mbarrier.init.shared.b64 [%0], 1;\" :: \"r\"(a));" + Parity + "out[4] = p; }");
        Assert.Equal([1, 0, 1, 0, 1, 0, 0, 0], result);
    }

    [SkippableFact]
    public void Bytes_may_come_before_they_are_announced()
    {
        var result = Run(Init + "if (t == 0) { u32 z = 0; asm volatile(\"mbarrier.arrive.shared.b64 _, [%0], 3;\" :: \"r\"(a));"
            + "asm volatile(\"mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%0], 32;\" :: \"r\"(a));" + Parity + "out[0] = p;"
            + "asm volatile(\"mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], 48;\" :: \"r\"(a));" + "asm volatile(\"mbarrier.arrive.shared.b64 _, [%0];\" :: \"r\"(a));" + Parity + "out[1] = p;"
            + "asm volatile(\"mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%0], 16;\" :: \"r\"(a));" + Parity + "out[2] = p; }");
        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0], result);
    }

    [SkippableTheory]
    [InlineData("", 32)]
    [InlineData(".noinc", 64)]
    public void Copies_of_all_threads_arrive(string form, int count)
    {
        // With .noinc the copies' arrivals are among those that the barrier counts.
        var body = $"__shared__ int row[32]; if (t == 0) asm volatile(\"mbarrier.init.shared.b64 [%0], {count};\" :: \"r\"(a)); __syncthreads();"
            + "asm volatile(\"cp.async.ca.shared.global [%0], [%1], 4;\" :: \"r\"(at(row + t)), \"l\"(in + 3 * t) : \"memory\");"
            + $"asm volatile(\"cp.async.mbarrier.arrive{form}.shared.b64 [%0];\" :: \"r\"(a) : \"memory\");"
            + "asm volatile(\"mbarrier.arrive.shared.b64 _, [%0];\" :: \"r\"(a) : \"memory\");"
            + "asm volatile(\"{ .reg .pred q; W: mbarrier.test_wait.parity.shared.b64 q, [%0], 0; @!q bra W; }\" :: \"r\"(a) : \"memory\"); out[t] = row[31 - t];";
        for (var seed = 1; seed <= 10; seed++)
        {
            Assert.Equal(Enumerable.Range(0, 32).Select(t => 3 * (31 - t)), Run(body, "sm_80", results: 32, seed: seed));
        }

        Assert.Contains(Fault(body.Replace("W: mbarrier", "bra D; W: mbarrier", StringComparison.Ordinal).Replace("bra W; }", "bra W; D: }", StringComparison.Ordinal), "sm_80").Kind,
            new[] { FindingKind.AsyncNotWaited, FindingKind.Race, FindingKind.Uninitialised });
    }

    [SkippableTheory]
    [InlineData("mbarrier.arrive.shared.b64 _, [%0], 5;", FindingKind.Synchronisation)]
    [InlineData("mbarrier.arrive.noComplete.shared.b64 _, [%0], 4;", FindingKind.Undefined)]
    [InlineData("mbarrier.init.shared.b64 [%0], 1;", FindingKind.Synchronisation)]
    [InlineData("mbarrier.inval.shared.b64 [%0]; mbarrier.arrive.shared.b64 _, [%0];", FindingKind.Synchronisation)]
    [InlineData("mbarrier.inval.shared.b64 [%0]; mbarrier.init.shared.b64 [%0], 0;", FindingKind.Undefined)]
    [InlineData("mbarrier.inval.shared.b64 [%0]; mbarrier.init.shared.b64 [%0], 1048576;", FindingKind.Undefined)]
    [InlineData("mbarrier.arrive.shared.b64 _, [%0+4];", FindingKind.Misaligned)]
    [InlineData("mbarrier.arrive.shared.b64 _, [%0+4096];", FindingKind.OutOfBounds)]
    [InlineData("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], 1048576;", FindingKind.Synchronisation)]
    [InlineData("{ .reg .pred q; mbarrier.try_wait.parity.shared.b64 q, [%0], 2; }", FindingKind.Undefined)]
    public void Misuse_is_found(string instruction, FindingKind kind)
        => Assert.Equal(kind, Fault(Init + $"if (t == 0) asm volatile(\"{instruction}\" :: \"r\"(a)); out[t] = s;").Kind);

    [SkippableFact]
    public void Wait_that_never_ends_says_which_phase_it_waits_for()
    {
        var fault = Fault(Init + "if (t == 0) { asm volatile(\"mbarrier.arrive.shared.b64 _, [%0], 3;\" :: \"r\"(a)); "
            + "asm volatile(\"{ .reg .pred q; W: mbarrier.try_wait.parity.shared.b64 q, [%0], 0, 1000; @!q bra W; }\" :: \"r\"(a)); } out[t] = s;");
        Assert.Equal(FindingKind.Deadlock, fault.Kind);
        Assert.Contains("parity 0", fault.Message, StringComparison.Ordinal);
        Assert.Contains("phase 0 (parity 0) and waits for 1 of 4 arrivals and 0 bytes", fault.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Wait_that_gives_up_may_go_on()
    {
        // Ten tries, and then the thread itself arrives: a wait may end without success.
        var result = Run(Init + "if (t == 0) { int tries = 0; u32 z = 0; for (p = 0; !p; tries++) { "
            + "if (tries == 10) asm volatile(\"mbarrier.arrive.shared.b64 _, [%0], 4;\" :: \"r\"(a));"
            + Parity + "} out[0] = tries > 10; }");
        Assert.Equal(1, result[0]);
    }

    [SkippableFact]
    public void Release_and_acquire_order_accesses()
    {
        const string Body = "__shared__ int word; if (t == 0) asm volatile(\"mbarrier.init.shared.b64 [%0], 1;\" :: \"r\"(a)); __syncthreads();"
            + "if (t == 0) { word = in[5]; asm volatile(\"mbarrier.arrive{0}.shared::cta.b64 _, [%0];\" :: \"r\"(a) : \"memory\"); }"
            + "if (t == 32) { asm volatile(\"{ .reg .pred q; W: mbarrier.try_wait.parity.shared::cta.b64 q, [%0], 0; @!q bra W; }\" :: \"r\"(a) : \"memory\"); out[0] = word; }";
        var good = Body.Replace("{0}", ".release.cta", StringComparison.Ordinal);
        Assert.Equal(5, Run(good, threads: 64)[0]);
        var late = good.Replace("word = in[5]; asm", "asm", StringComparison.Ordinal).Replace("}if (t == 32)", "word = in[5]; } if (t == 32)", StringComparison.Ordinal);
        Assert.Contains(Fault(late, threads: 64).Kind, new[] { FindingKind.Race, FindingKind.Uninitialised });
    }

    [SkippableFact]
    public void What_sm_80_does_not_have_is_refused()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_80" });
        var text = Cuda.Ptx("extern \"C\" __global__ void f(unsigned a) { asm volatile(\"{ .reg .pred q; mbarrier.try_wait.parity.shared.b64 q, [%0], 0; }\" :: \"r\"(a)); }", "sm_90");
        Assert.Contains("sm_90", Assert.Throws<PtxException>(() => gpu.LoadModule(text).GetKernel("f")).Message, StringComparison.Ordinal);
    }
}
