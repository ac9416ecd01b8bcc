using System.Diagnostics;

namespace KernelDsl.VirtualGpu.Benchmarks;

/// <summary>Rates of one kind of instruction at a time: a loop of sixteen of them in four warps. The two instructions of the loop itself are not counted, so rates are a little low.</summary>
internal static class Rates
{
    private const int Unrolled = 16;
    private const string Global = "mad.wide.u32 %a, %t, 4, %g;";
    private const string Shared = "cvt.u64.u32 %a, %t; shl.b64 %a, %a, 2; cvt.u32.u64 %s, %a;";

    private static readonly (string Name, string Setup, string Text, bool IsMemory)[] s_kinds =
    [
        ("fma.rn.f32", "", "fma.rn.f32 %f0, %f0, %f1, %f2;", false),
        ("mad.lo.s32", "", "mad.lo.s32 %r0, %r0, %r1, %r2;", false),
        ("add.f32", "", "add.f32 %f0, %f0, %f1;", false),
        ("ld.global.f32, lanes side by side", Global, "ld.global.f32 %f0, [%a+{0}];", true),
        ("st.global.f32, lanes side by side", Global, "st.global.f32 [%a+{0}], %f1;", true),
        ("ld.global.v4.f32, lanes side by side", "mad.wide.u32 %a, %t, 16, %g;", "ld.global.v4.f32 {{%f0, %f1, %f2, %f3}}, [%a];", true),
        ("ld.global.f32, one address", "mov.u64 %a, %g;", "ld.global.f32 %f0, [%a+{0}];", true),
        ("ld.global.f32, each lane 132 bytes further", "mad.wide.u32 %a, %t, 132, %g;", "ld.global.f32 %f0, [%a];", true),
        ("ld.shared.f32, lanes side by side", Shared, "ld.shared.f32 %f0, [%s+{0}];", true),
        ("st.shared.f32, lanes side by side", Shared, "st.shared.f32 [%s+{0}], %f1;", true),
        ("ld.shared.f32, one address", "mov.u32 %s, 0;", "ld.shared.f32 %f0, [%s+{0}];", true),
        ("ld.shared.f32, each lane 132 bytes further", "mul.lo.u32 %s, %t, 132;", "ld.shared.f32 %f0, [%s];", true),
    ];

    public static void Print(int milliseconds)
    {
        foreach (var (name, setup, text, isMemory) in s_kinds)
        {
            foreach (var checks in isMemory ? (VirtualGpuChecks[])[VirtualGpuChecks.All, VirtualGpuChecks.None] : [VirtualGpuChecks.All])
            {
                var (median, best) = Measure(setup, text, checks, milliseconds);
                Console.WriteLine($"{name}{(isMemory ? $", checks {checks}" : "")}: {median:F0} M lane operations/s [{best:F0}], {32e3 / median:F1} ns for a warp");
            }
        }
    }

    private static (double Median, double Best) Measure(string setup, string text, VirtualGpuChecks checks, int milliseconds)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1, Checks = checks, InstructionBudget = long.MaxValue });
        var body = string.Concat(Enumerable.Range(0, Unrolled).Select(k => string.Format(System.Globalization.CultureInfo.InvariantCulture, text, k * 512) + "\n"));
        var kernel = gpu.LoadModule($$"""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 pg, .param .u32 pn)
            {
                .shared .align 16 .b8 tile[32768];
                .reg .b64 %g, %a; .reg .b32 %t, %n, %s, %r<4>; .reg .f32 %f<4>; .reg .pred %p;
                ld.param.u64 %g, [pg]; ld.param.u32 %n, [pn]; mov.u32 %t, %tid.x;
                mov.u32 %r0, %t; mov.u32 %r1, 5; mov.u32 %r2, 7;
                mov.f32 %f0, 0f3f800000; mov.f32 %f1, 0f3f000000; mov.f32 %f2, 0f3f800000; mov.f32 %f3, 0f00000000;
                mul.lo.u32 %s, %t, 4;
            {{string.Concat(Enumerable.Range(0, 64).Select(k => $"st.shared.f32 [%s+{k * 512}], %f1;\n"))}}
                bar.sync 0;
                {{setup}}
            L:
            {{body}}
                sub.u32 %n, %n, 1;
                setp.ne.u32 %p, %n, 0;
                @%p bra L;
                st.global.f32 [%g+262140], %f0;
                ret;
            }
            """).GetKernel("k");
        var memory = gpu.Upload<float>(new float[1 << 16]);
        double Seconds(int turns)
        {
            // Processor time, because machines that build and test are shared.
            var start = Environment.CpuUsage.TotalTime;
            kernel.Launch(1, 128, 0, memory, turns);
            return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }

        // Long enough for the compiler of the runtime to have done its work.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds;)
        {
            Seconds(1000);
        }

        var turns = (int)Math.Max(1000, 1000 * milliseconds / 1e3 / Seconds(1000));
        var (median, best) = Machine.Summary(Enumerable.Range(0, 7).Select(_ => Seconds(turns)));
        var operations = (double)turns * Unrolled * 128 / 1e6;
        return (operations / median, operations / best);
    }
}
