using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Opcodes;

/// <summary>Damaged PTX gives a typed error, a finding, or runs within its budget; it never breaks the host. KDSL_FUZZ_COUNT makes it longer.</summary>
public sealed class FuzzTests
{
    private const string Text = """
        .version 8.4
        .target sm_80
        .address_size 64
        .global .align 4 .b8 table[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        .func (.param .b32 r) twice(.param .b32 p) { .reg .b32 %r<3>; ld.param.b32 %r1, [p]; add.s32 %r2, %r1, %r1; st.param.b32 [r], %r2; ret; }
        .visible .entry k(.param .u64 pa, .param .u32 pn)
        {
            .local .align 8 .b8 depot[16];
            .reg .pred %p<4>; .reg .b32 %r<20>; .reg .f32 %f<5>; .reg .b64 %rd<8>;
            .shared .align 4 .b8 s[128];
            mov.u32 %r1, %tid.x; ld.param.u64 %rd1, [pa]; ld.param.u32 %r2, [pn];
            mul.wide.u32 %rd2, %r1, 4; add.s64 %rd3, %rd1, %rd2; mov.u64 %rd4, s; add.s64 %rd5, %rd4, %rd2;
            st.shared.u32 [%rd5], %r1; bar.sync 0; ld.shared.u32 %r3, [s+4];
            mov.u32 %r4, 0;
        $L: add.s32 %r4, %r4, 1; setp.lt.u32 %p1, %r4, %r2; @%p1 bra $L;
            setp.gt.and.s32 %p2|%p3, %r1, 7, %p1; selp.b32 %r5, %r3, %r4, %p2; shfl.sync.bfly.b32 %r6|%p3, %r5, 1, 31, -1;
            and.b32 %r7, %r1, 3; brx.idx %r7, $T;
        $T: .branchtargets $A, $B, $A, $B;
        $A: cvt.rn.f32.s32 %f1, %r6; fma.rn.f32 %f2, %f1, 0f40000000, %f1; mov.b32 %r8, %f2; bra.uni $C;
        $B: prmt.b32 %r8, %r6, %r5, 0x3210; lop3.b32 %r8, %r8, %r5, %r4, 0x96; atom.global.add.u32 %r9, [%rd3], %r8;
        $C: { .param .b32 a0; st.param.b32 [a0], %r7; .param .b32 b0; call.uni (b0), twice, (a0); ld.param.b32 %r10, [b0]; }
            vote.sync.ballot.b32 %r11, %p1, -1; st.local.u32 [depot+4], %r10; ld.local.u32 %r12, [depot+4]; st.global.u32 [%rd3], %r12; ld.global.u32 %r13, [table+4]; ret;
        }
        """;

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("KDSL_FUZZ_COUNT"), out var count) ? count : 1500;

    [Fact]
    public void Undamaged_text_runs()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1 });
        gpu.LoadModule(Text).GetKernel("k").Launch(1, 32, 0, gpu.Upload<int>(new int[32]), 5);
    }

    [Fact]
    public void Damaged_text_is_refused_or_runs_within_its_budget()
    {
        var ran = 0;
        for (var seed = 0; seed < Count; seed++)
        {
            var text = Damage(Text, new Random(seed));
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Workers = 1, InstructionBudget = 50_000, MemoryBytes = 1 << 24 });
            try
            {
                var module = gpu.LoadModule(text);
                module.GetKernel(module.KernelNames.FirstOrDefault() ?? "k").Launch(1, 32, 0, gpu.Upload<int>(new int[32]), 5);
                ran++;
            }
            catch (Exception e) when (e is PtxException or VirtualGpuFaultException or KeyNotFoundException || (e is ArgumentException && e.GetType() == typeof(ArgumentException)) || e is OutOfMemoryException)
            {
                // Typed: that is what is asked for.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}\n{text}");
            }
        }

        Assert.True(ran > Count / 50, $"only {ran} of {Count} ran");
    }

    private static string Damage(string text, Random random)
    {
        var words = text.Split(' ').ToList();
        for (var k = random.Next(1, 4); k > 0; k--)
        {
            var at = random.Next(8, words.Count);
            switch (random.Next(6))
            {
                case 0:
                    words.RemoveAt(at);
                    break;
                case 1:
                    words[at] = words[random.Next(words.Count)];
                    break;
                case 2:
                    words.Insert(at, words[random.Next(words.Count)]);
                    break;
                case 3:
                    words[at] = words[at].Replace("32", random.Next(2) == 0 ? "64" : "16", StringComparison.Ordinal);
                    break;
                case 4 when words[at].Length > 0:
                    var c = random.Next(words[at].Length);
                    words[at] = words[at][..c] + (char)random.Next(33, 127) + words[at][(c + 1)..];
                    break;
                default:
                    words[at] = random.Next(-3, 100).ToString(System.Globalization.CultureInfo.InvariantCulture) + (random.Next(2) == 0 ? "," : ";");
                    break;
            }
        }

        return string.Join(' ', words);
    }
}
