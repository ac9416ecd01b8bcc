using System.Globalization;
using System.Text;

namespace KernelDsl.VirtualGpu.Tests.Checks;

/// <summary>Accesses of neighbouring lanes are checked in one piece. Random programs give the same findings and the same memory when each lane is checked by itself.</summary>
public sealed class CoalescingTests
{
    private const int Bytes = 12000;

    private static readonly int s_programs = int.TryParse(Environment.GetEnvironmentVariable("KDSL_FUZZ_COUNT"), out var count) ? count : 300;

    [Fact]
    public void Pieces_and_single_lanes_find_the_same()
    {
        var kinds = new HashSet<FindingKind>();
        var clean = 0;
        for (var seed = 1; seed <= s_programs; seed++)
        {
            var text = Program(new Random(seed));
            var (memory, findings) = Run(text, seed, coalesces: true);
            var (wanted, words) = Run(text, seed, coalesces: false);
            Assert.True(words.SequenceEqual(findings), $"seed {seed}:\n{string.Join('\n', words)}\n--- in pieces:\n{string.Join('\n', findings)}\n{text}");
            Assert.True(wanted.SequenceEqual(memory), $"seed {seed}: memory differs\n{text}");
            kinds.UnionWith(findings.Select(finding => finding.Kind));
            clean += findings.Length == 0 ? 1 : 0;
        }

        // The programs meet what they are for.
        Assert.Superset(new HashSet<FindingKind> { FindingKind.Race, FindingKind.OutOfBounds, FindingKind.Uninitialised, FindingKind.Misaligned }, kinds);
        Assert.InRange(clean, 1, s_programs - 1);
    }

    private static (byte[] Memory, Finding[] Findings) Run(string text, int seed, bool coalesces)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Seed = seed, Workers = 1, CollectFindings = true, Checks = seed % 2 == 0 ? VirtualGpuChecks.All : VirtualGpuChecks.All | VirtualGpuChecks.RedundantWrites })
        {
            UsesCoalescing = coalesces,
        };
        var a = gpu.Allocate(Bytes, "a");
        var values = new byte[Bytes - 1000];
        new Random(seed).NextBytes(values);
        gpu.CopyToDevice(a, values);
        var kernel = gpu.LoadModule(text).GetKernel("k");
        kernel.Launch(2, 96, 0, a);
        kernel.Launch(1, 70, 0, a);
        return (gpu.Download<byte>(a, Bytes), [.. gpu.Findings]);
    }

    /// <summary>Loads and stores of all widths at addresses of many shapes, some under guards, between barriers now and then.</summary>
    private static string Program(Random random)
    {
        var text = new StringBuilder("""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 pa)
            {
                .shared .align 16 .b8 first[3000];
                .shared .align 16 .b8 second[9000];
                .local .align 16 .b8 own[96];
                .reg .b64 %g, %a, %b, %x<4>; .reg .b32 %t, %c, %o, %u, %r<4>; .reg .b16 %h<4>; .reg .pred %p;
                ld.param.u64 %g, [pa]; mov.u32 %t, %tid.x; mov.u32 %c, %ctaid.x;
                mov.u32 %r0, %t; mov.u32 %r1, 1; mov.u32 %r2, 2; mov.u32 %r3, %c; mov.b16 %h0, 7; mov.b16 %h1, 8; mov.b16 %h2, 9; mov.b16 %h3, 1;
                mov.u64 %x0, 5; mov.u64 %x1, 6; mov.u64 %x2, 7; mov.u64 %x3, 8;

            """);
        var isQuiet = random.Next(3) == 0;
        for (var k = random.Next(4, 20); k > 0; k--)
        {
            if (random.Next(isQuiet ? 1 : 4) == 0)
            {
                text.AppendLine(random.Next(3) == 0 && !isQuiet ? "bar.warp.sync -1;" : "bar.sync 0;");
            }

            var (type, register, bytes) = random.Next(5) switch { 0 => ("u8", "h", 1), 1 => ("s16", "r", 2), 2 => ("b64", "x", 8), _ => ("b32", "r", 4) };
            var items = bytes >= 4 && random.Next(4) == 0 ? bytes == 4 ? random.Next(2) * 2 + 2 : 2 : 1;
            var width = bytes * items;
            var shape = random.Next(9) switch
            {
                0 => "mov.u32 %o, 0;",
                1 => $"and.b32 %o, %t, 15; shr.u32 %u, %t, 4; mul.lo.u32 %u, %u, {width * random.Next(15, 20)}; mad.lo.u32 %o, %o, {width}, %u;",
                2 => $"shr.u32 %o, %t, {random.Next(1, 6)}; mul.lo.u32 %o, %o, {width};",
                3 => $"mul.lo.u32 %o, %t, {width * random.Next(2, 5)};",
                4 => $"sub.u32 %o, 95, %t; mul.lo.u32 %o, %o, {width};",
                5 => $"mul.lo.u32 %o, %t, 37; and.b32 %o, %o, 127; mul.lo.u32 %o, %o, {width};",
                _ => $"mul.lo.u32 %o, %t, {width};",
            };
            text.AppendLine(CultureInfo.InvariantCulture, $"{shape} add.u32 %o, %o, {random.Next(0, isQuiet ? 2 : 40) * width + (random.Next(60) == 0 ? 1 : 0)};");
            var space = random.Next(5) switch { 0 => "local", 1 or 2 => "shared", _ => "global" };
            if (space == "local")
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{(random.Next(2) == 0 ? "mov.u32 %o, 0;" : "and.b32 %o, %t, 3;")} mul.lo.u32 %o, %o, {width}; add.u32 %o, %o, {random.Next(3) * width};");
            }

            if (space == "global" && random.Next(3) != 0)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"mad.lo.u32 %o, %c, {96 * width}, %o;");
            }

            text.AppendLine(space == "local" ? "cvt.u64.u32 %b, %o; mov.u64 %a, own; add.u64 %a, %a, %b;" : space == "shared" ? $"mov.u32 %u, {(random.Next(2) == 0 ? "first" : "second")}; add.u32 %o, %o, %u;" : "cvt.u64.u32 %a, %o; add.u64 %a, %a, %g;");
            var guard = random.Next(5) switch { 0 => "setp.lt.u32 %p, %t, 50; @%p ", 1 => "and.b32 %u, %t, 3; setp.ne.u32 %p, %u, 1; @%p ", _ => "" };
            var vector = items > 1 ? $".v{items}" : "";
            var first = items == 1 ? random.Next(4) : 0;
            var values = items == 1 ? $"%{register}{first}" : "{" + string.Join(", ", Enumerable.Range(0, items).Select(n => $"%{register}{n}")) + "}";
            var address = space == "shared" ? "%o" : "%a";
            text.AppendLine(random.Next(2) == 0 ? $"{guard}ld.{space}{vector}.{type} {values}, [{address}];" : $"{guard}st.{space}{vector}.{type.Replace('s', 'u')} [{address}], {values};");
        }

        return text.Append("ret; }").ToString();
    }
}
