namespace KernelDsl.VirtualGpu.Tests.Checks;

/// <summary>Pairs of programs: one that must be reported, and one beside it that must not.</summary>
public sealed class CheckTests
{
    private const FindingKind Clean = (FindingKind)(-1);

    // `a` has n ints that nothing wrote, `b` has n ints 0, 1, 2, …; n = 64 and two blocks of 32 threads unless the row says otherwise.
    private static readonly Row[] s_rows =
    [
        new("read behind the end", FindingKind.OutOfBounds, "a[i] = b[i + 1];"), new("read up to the end", Clean, "a[i] = b[i < n - 1 ? i + 1 : i];"),
        new("write before the start", FindingKind.OutOfBounds, "a[i - 1] = i;"), new("write from the start", Clean, "a[i] = i;"),
        new("null pointer", FindingKind.OutOfBounds, "a[i] = **(int**)b;", Zero: 2),
        new("vector over the end", FindingKind.OutOfBounds, "if (i == 0) { int4 v = *(int4*)(b + n); a[0] = v.x + v.w; }"), new("vector up to the end", Clean, "if (i == 0) { int4 v = *(int4*)(b + n - 4); a[0] = v.x + v.w; }"),
        new("misaligned", FindingKind.Misaligned, "a[i] = *(int*)((char*)b + 2);"), new("vector misaligned", FindingKind.Misaligned, "if (i == 0) { int2 v = *(int2*)(b + 1); a[0] = v.x * v.y; }"),
        new("vector aligned", Clean, "if (i == 0) { int2 v = *(int2*)(b + 2); a[0] = v.x * v.y; }"),
        new("global read of what nothing wrote", FindingKind.Uninitialised, "b[i] = a[i];"), new("global read of what was written", Clean, "a[i] = 1; b[i] = a[i];"),
        new("shared read of what nothing wrote", FindingKind.Uninitialised, "__shared__ int s[64]; if (t < 31) s[t] = i; __syncthreads(); a[i] = s[t];"),
        new("shared read of what was written", Clean, "__shared__ int s[64]; s[t] = i; __syncthreads(); a[i] = s[31 - t];"),
        new("local read of what nothing wrote", FindingKind.Uninitialised, "int v[16]; for (int k = 0; k < n / 8; k++) v[k * b[1]] = k; a[i] = v[b[i] & 15];"),
        new("local read of what was written", Clean, "int v[16]; for (int k = 0; k < n / 4; k++) v[k * b[1]] = k; a[i] = v[b[i] & 15];"),
        new("shared over the end of a variable", FindingKind.OutOfBounds, "__shared__ int s[32]; __shared__ int u[32]; s[t + b[1]] = i; u[t] = i; __syncthreads(); a[i] = s[t] + u[t];"),
        new("dynamic shared over the end", FindingKind.OutOfBounds, "extern __shared__ int s[]; s[t + 1] = i; __syncthreads(); a[i] = s[t + 1];", Shared: 128),
        new("dynamic shared up to the end", Clean, "extern __shared__ int s[]; s[t] = i; __syncthreads(); a[i] = s[31 - t];", Shared: 128),
        new("local over the end", FindingKind.OutOfBounds, "int v[4]; for (int k = 0; k < 4; k++) v[k ^ b[0]] = k; a[i] = v[b[i] + 2];"),

        new("shared race: missing barrier", FindingKind.Race, "__shared__ int s[64]; s[t] = i; a[i] = s[(t + 32) & 63];", Threads: 64, Blocks: 1, Or: FindingKind.Uninitialised),
        new("shared race: barrier there", Clean, "__shared__ int s[64]; s[t] = i; __syncthreads(); a[i] = s[(t + 32) & 63];", Threads: 64, Blocks: 1),
        new("shared race: second barrier missing in a loop", FindingKind.Race, "__shared__ int s[64]; int v = i; for (int k = 0; k < 4; k++) { s[t] = v; __syncthreads(); v += s[(t + 32) & 63]; } a[i] = v;", Threads: 64, Blocks: 1),
        new("shared race: both barriers in a loop", Clean, "__shared__ int s[64]; int v = i; for (int k = 0; k < 4; k++) { s[t] = v; __syncthreads(); v += s[(t + 32) & 63]; __syncthreads(); } a[i] = v;", Threads: 64, Blocks: 1),
        new("shared race inside a warp", FindingKind.Race, "__shared__ int s[32]; s[t] = i; a[i] = s[t ^ 1];"),
        new("warp barrier orders a warp", Clean, "__shared__ int s[32]; s[t] = i; __syncwarp(); a[i] = s[t ^ 1];"),
        new("part of a warp synchronises", Clean, "__shared__ int s[32]; if (t < 16) { s[t] = i; __syncwarp(0xffff); a[i] = s[t ^ 1]; }"),
        new("a warp barrier does not order two warps", FindingKind.Race, "__shared__ int s[64]; s[t] = i; __syncwarp(); a[i] = s[63 - t];", Threads: 64, Blocks: 1, Or: FindingKind.Uninitialised),
        new("two threads write one place", FindingKind.Race, "__shared__ int s[1]; s[0] = t; __syncthreads(); a[i] = s[0];"),
        new("two threads write the same value", Clean, "__shared__ int s[4]; s[b[2]] = 7; __syncthreads(); a[i] = s[b[2]];"),
        new("threads write different bytes of a word", Clean, "__shared__ char s[64]; s[t] = t; __syncthreads(); a[i] = s[63 - t];", Threads: 64, Blocks: 1),
        new("shared atomics do not race", Clean, "__shared__ int s[1]; if (t == 0) s[0] = 0; __syncthreads(); atomicAdd(&s[0], t); __syncthreads(); a[i] = s[0];"),
        new("shared atomic and a plain read", FindingKind.Race, "__shared__ int s[1]; if (t == 0) s[0] = 0; __syncthreads(); atomicAdd(&s[0], t); a[i] = s[0];", Threads: 64, Blocks: 1),
        new("named barriers of producer and consumer", Clean, "__shared__ int s[32]; if (t < 32) { s[t] = i; asm volatile(\"bar.arrive 1, 64;\" ::: \"memory\"); } else { asm volatile(\"bar.sync 1, 64;\" ::: \"memory\"); a[t] = s[t - 32]; }", Threads: 64, Blocks: 1),
        new("arrival that nobody waits for", Clean, "if (t < 32) asm volatile(\"bar.arrive 1, 64;\"); a[i] = 1;", Threads: 64, Blocks: 1),
        new("arrival that nobody waits for, strictly", FindingKind.Synchronisation, "if (t < 32) asm volatile(\"bar.arrive 1, 64;\"); a[i] = 1;", Threads: 64, Blocks: 1, Checks: VirtualGpuChecks.Strict),
        new("named barrier before the write", FindingKind.Race, "__shared__ int s[32]; if (t < 32) { asm volatile(\"bar.arrive 1, 64;\" ::: \"memory\"); s[t] = i; } else { asm volatile(\"bar.sync 1, 64;\" ::: \"memory\"); a[t] = s[t - 32]; }", Threads: 64, Blocks: 1),
        new("blocks write one place", FindingKind.Race, "a[t] = i;"), new("blocks write their own places", Clean, "a[i] = t;"),
        new("a block reads what another writes", FindingKind.Race, "b[i] = b[63 - i];"),
        new("blocks add with atomics", Clean, "atomicAdd(&b[0], i);"), new("blocks add without atomics", FindingKind.Race, "b[0] += i;"),
        new("last block with fences", Clean, "b[i] = i * 2; __threadfence(); __syncthreads(); __shared__ int last; if (t == 0) { __threadfence(); last = atomicAdd(&b[n], 1) == gridDim.x - 1; __threadfence(); } __syncthreads(); if (last) a[t] = b[t] + b[t + 32];", Extra: 1),
        new("last block without fences", FindingKind.Race, "b[i] = i * 2; __syncthreads(); __shared__ int last; if (t == 0) last = atomicAdd(&b[n], 1) == gridDim.x - 1; __syncthreads(); if (last) a[t] = b[t] + b[t + 32];", Extra: 1),
        new("last block with a fence of the block only", FindingKind.Race, LastBlock("__threadfence_block();", "__threadfence();"), Extra: 1),
        new("last block without a fence behind the counter", Clean, LastBlock("__threadfence();", ""), Extra: 1),
        new("last block without a fence behind the counter, strictly", FindingKind.Race, LastBlock("__threadfence();", ""), Extra: 1, Checks: VirtualGpuChecks.Strict),
        new("last block with a fence of the block behind the counter, strictly", FindingKind.Race, LastBlock("__threadfence();", "__threadfence_block();"), Extra: 1, Checks: VirtualGpuChecks.Strict),
        new("last block with both fences, strictly", Clean, LastBlock("__threadfence();", "__threadfence();"), Extra: 1, Checks: VirtualGpuChecks.Strict),
        new("flag between warps with fences of the block", Clean, Flag("__threadfence_block();"), Threads: 64, Blocks: 1), new("flag between warps without a fence", FindingKind.Race, Flag(""), Threads: 64, Blocks: 1),
        new("every thread writes one value, strictly", FindingKind.Race, "__shared__ int s[4]; s[b[2]] = 7; __syncthreads(); a[i] = s[b[2]];", Checks: VirtualGpuChecks.Strict),
        new("one thread writes the value, strictly", Clean, "__shared__ int s[4]; if (t == 0) s[b[2]] = 7; __syncthreads(); a[i] = s[b[2]];", Checks: VirtualGpuChecks.Strict),
        new("compare and swap loop with a plain first read", Clean, "int old = b[0], seen; do { seen = old; old = atomicCAS(&b[0], seen, seen > i ? seen : i); } while (old != seen);"),
        new("grid barrier of spinning blocks", Clean, "volatile int* v = b; b[i] = i; __threadfence(); __syncthreads(); if (t == 0) { atomicAdd(&b[n], 1); while (v[n] < gridDim.x) { } __threadfence(); } __syncthreads(); a[i] = b[63 - i];", Extra: 1),

        new("divergent barrier", FindingKind.Synchronisation, "if (t < 16) __syncthreads(); a[i] = 1;"), new("barrier in a uniform branch", Clean, "if (n > 16) __syncthreads(); a[i] = 1;"),
        new("warps at barriers of different branches", Clean, "if (t < 32) __syncthreads(); else __syncthreads(); a[i] = 1;", Threads: 64, Blocks: 1),
        new("threads that left do not hold up a barrier", Clean, "if (t >= 32) return; __syncthreads(); a[i] = 1;", Threads: 64, Blocks: 1),
        new("barrier that half of the warps reach", FindingKind.Deadlock, "if (t < 32) asm volatile(\"bar.sync 1, 64;\"); else asm volatile(\"bar.sync 2, 64;\"); a[i] = 1;", Threads: 64, Blocks: 1),
        new("barrier counts that differ", FindingKind.Synchronisation, "if (t < 32) asm volatile(\"bar.sync 1, 64;\"); else asm volatile(\"bar.sync 1, 128;\"); a[i] = 1;", Threads: 64, Blocks: 1),
        new("shuffle from a lane that is absent", FindingKind.Undefined, "if (t < 16) a[i] = __shfl_sync(0xffff, i, 20);"), new("shuffle inside the mask", Clean, "if (t < 16) a[i] = __shfl_sync(0xffff, i, 15 - t);"),
        new("mask without the thread itself", FindingKind.Synchronisation, "a[i] = __shfl_sync(0xff, i, 0);"),
        new("warp operation that a member never reaches", FindingKind.Deadlock, "if (t < 16) a[i] = __any_sync(0xffffffff, i); else while (b[0] == 0) { if (b[1] == 0) break; __syncwarp(0xffff0000); }", Budget: 2_000_000, Or: FindingKind.Hang),

        new("asynchronous copy without a wait", FindingKind.AsyncNotWaited, Async + "asm volatile(\"cp.async.commit_group;\"); a[i] = s[t];"),
        new("asynchronous copy with a wait", Clean, Async + "asm volatile(\"cp.async.commit_group; cp.async.wait_group 0;\" ::: \"memory\"); a[i] = s[t];"),
        new("asynchronous copy with too weak a wait", FindingKind.AsyncNotWaited, Async + "asm volatile(\"cp.async.commit_group; cp.async.wait_group 1;\" ::: \"memory\"); a[i] = s[t];"),
        new("asynchronous copy that is not committed", FindingKind.AsyncNotWaited, Async + "asm volatile(\"cp.async.wait_group 0;\" ::: \"memory\"); a[i] = s[t];"),
        new("end before a copy was waited for", Clean, Async + "asm volatile(\"cp.async.commit_group;\"); a[i] = 1;"),
        new("end before a copy was waited for, strictly", FindingKind.AsyncNotWaited, Async + "asm volatile(\"cp.async.commit_group;\"); a[i] = 1;", Checks: VirtualGpuChecks.Strict),
        new("store into a place that a copy may still write", FindingKind.AsyncNotWaited, Async + "asm volatile(\"cp.async.commit_group;\"); s[t] = 5; a[i] = 1;"),
        new("store after the copy was waited for", Clean, Async + "asm volatile(\"cp.async.commit_group; cp.async.wait_group 0;\" ::: \"memory\"); s[t] = 5; a[i] = s[t];"),
        new("the older of two groups is waited for", Clean, Async + "asm volatile(\"cp.async.commit_group; cp.async.commit_group; cp.async.wait_group 1;\" ::: \"memory\"); a[i] = s[t];"),
        new("asynchronous copy of another thread without a barrier", FindingKind.Race, Async + "asm volatile(\"cp.async.wait_all;\" ::: \"memory\"); a[i] = s[t ^ 1];"),
        new("asynchronous copy of another thread with a barrier", Clean, Async + "asm volatile(\"cp.async.wait_all;\" ::: \"memory\"); __syncthreads(); a[i] = s[t ^ 1];"),

        new("division by zero", FindingKind.DivisionByZero, "a[i] = n / b[i];"), new("division by what is not zero", Clean, "a[i] = n / (b[i] + 1);"),
        new("endless loop", FindingKind.Hang, "volatile int* v = b; while (v[0] == 0) { } a[i] = 1;", Budget: 300_000), new("long loop", Clean, "int s = 0; for (int k = 0; k < 2000; k++) s = s * b[1] + k; a[i] = s;", Budget: 300_000),
        new("assertion that fails", FindingKind.Assertion, "assert(b[i] < 40); a[i] = 1;"), new("assertion that holds", Clean, "assert(b[i] < n); a[i] = 1;"),
        new("trap", FindingKind.Trap, "if (i == 40) __trap(); a[i] = 1;"),
    ];

    private const string Async =
        "__shared__ int s[32]; unsigned p; asm(\"{ .reg .u64 q; cvta.to.shared.u64 q, %1; cvt.u32.u64 %0, q; }\" : \"=r\"(p) : \"l\"(s + t));"
        + "asm volatile(\"cp.async.ca.shared.global [%0], [%1], 4;\" :: \"r\"(p), \"l\"(b + i) : \"memory\");";

    private static string LastBlock(string release, string acquire)
        => $"b[i] = i * 2; __syncthreads(); __shared__ int last; if (t == 0) {{ {release} last = atomicAdd(&b[n], 1) == gridDim.x - 1; {acquire} }} __syncthreads(); if (last) a[t] = b[t] + b[t + 32];";

    private static string Flag(string fence)
        => $"volatile int* v = b; if (t < 32) {{ a[t] = t; __syncwarp(); {fence} if (t == 0) v[63] = 1000; }} else {{ if (t == 32) while (v[63] != 1000) {{ }} __syncwarp(); {fence} a[t] = a[t - 32]; }}";

    public static TheoryData<string> Names => [.. s_rows.Select(row => row.Name)];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Program_is_judged(string name)
    {
        var row = s_rows.First(r => r.Name == name);
        foreach (var (seed, workers) in new[] { (1, 1), (2, 2), (3, 1) })
        {
            var finding = Run(row, seed, workers);
            if (row.Kind == Clean)
            {
                Assert.True(finding is null, finding?.ToString());
                continue;
            }

            Assert.True(finding is not null, $"seed {seed}: nothing was reported");
            Assert.True(finding.Kind == row.Kind || finding.Kind == row.Or, finding.ToString());
            Assert.Equal(2, finding.SourceLine is 1 or 2 ? 2 : finding.SourceLine);
            Assert.True(finding.PtxLine > 0);
        }
    }

    [Fact]
    public void Names_are_unique() => Assert.Equal(s_rows.Length, s_rows.Select(r => r.Name).Distinct().Count());

    [SkippableFact]
    public void Finding_names_tensor_lines_and_thread()
    {
        var finding = Run(s_rows.First(r => r.Name == "read behind the end"), 1, 1)!;
        Assert.Equal("'b' (256 bytes)", finding.Allocation);
        Assert.Equal(new Dim3(1, 0, 0), finding.Block);
        Assert.Equal(new Dim3(31, 0, 0), finding.Thread);
        Assert.Equal("f", finding.Kernel);
        Assert.Contains("256", finding.Message, StringComparison.Ordinal);
        Assert.StartsWith("ld.global", finding.Instruction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Use_after_free_is_reported()
    {
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* a) { a[threadIdx.x] = 1; }");
        var a = gpu.Allocate(128, "gone");
        kernel.Launch(1, 32, 0, a);
        gpu.Free(a);
        var fault = Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 32, 0, a));
        Assert.Equal(FindingKind.UseAfterFree, fault.Finding.Kind);
    }

    [SkippableFact]
    public void Write_to_read_only_memory_is_reported()
    {
        using var gpu = new VirtualGpu();
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* a) { a[threadIdx.x] = 1; }");
        var a = gpu.Allocate(128, "input");
        gpu.SetReadOnly(a);
        Assert.Equal(FindingKind.ReadOnly, Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 32, 0, a)).Finding.Kind);
    }

    [SkippableFact]
    public void Findings_are_collected_once_for_each_place()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { CollectFindings = true });
        var kernel = Cuda.Load(gpu, "extern \"C\" __global__ void f(int* a, int n) { a[threadIdx.x + n] = 1; a[threadIdx.x] = n / (n - 32); }");
        kernel.Launch(1, 32, 0, gpu.Allocate(128, "a"), 32);
        Assert.Equal([FindingKind.DivisionByZero, FindingKind.OutOfBounds], gpu.Findings.Select(f => f.Kind).Order().Reverse());
        gpu.ClearFindings();
        Assert.Empty(gpu.Findings);
    }

    [Fact]
    public void Memory_that_is_not_freed_is_a_leak()
    {
        using var gpu = new VirtualGpu();
        using var module = gpu.LoadModule(".version 8.4\n.target sm_80\n.address_size 64\n.global .align 4 .b8 table[64];\n.visible .entry f() { ret; }");
        var freed = gpu.Allocate(16, "freed");
        var kept = gpu.Allocate(32, "kept");
        gpu.Free(freed);
        var leak = Assert.Single(gpu.FindLeaks());
        Assert.Equal((FindingKind.Leak, kept, "'kept' (32 bytes)"), (leak.Kind, leak.Address, leak.Allocation));
        gpu.Free(kept);
        Assert.Empty(gpu.FindLeaks());
    }

    private static Finding? Run(Row row, int seed, int workers)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed, Workers = workers, InstructionBudget = row.Budget, Checks = row.Checks });
        var kernel = Cuda.Load(gpu, $"extern \"C\" __global__ void f(int* a, int* b, int n) {{ int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;\n{row.Body} }}");
        var n = row.Threads * row.Blocks;
        var a = gpu.Allocate(n * 4, "a");
        var b = gpu.Upload<int>(Enumerable.Range(0, n).Select(k => k < row.Zero ? 0 : k).Concat(Enumerable.Repeat(0, row.Extra)).ToArray(), "b");
        try
        {
            kernel.Launch(row.Blocks, row.Threads, row.Shared, a, b, n);
            return null;
        }
        catch (VirtualGpuFaultException fault)
        {
            return fault.Finding;
        }
    }

    private sealed record Row(
        string Name, FindingKind Kind, string Body, int Threads = 32, int Blocks = 2, int Shared = 0, int Extra = 0, int Zero = 0, long Budget = 20_000_000, FindingKind Or = (FindingKind)(-2),
        VirtualGpuChecks Checks = VirtualGpuChecks.All);
}
