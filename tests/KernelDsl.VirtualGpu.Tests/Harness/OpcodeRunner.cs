using System.Globalization;

namespace KernelDsl.VirtualGpu.Tests.Harness;

/// <summary>Runs one instruction on many operands: thread i gets the i-th ones. Registers are %a, %b, %c and %d.</summary>
internal static class OpcodeRunner
{
    /// <summary>Results as bits, zero-extended.</summary>
    public static ulong[] Run(string instructions, string typeOfD, string[] types, (ulong A, ulong B, ulong C)[] inputs, VirtualGpuOptions? options = null)
    {
        using var gpu = new VirtualGpu(options ?? new VirtualGpuOptions { Architecture = "sm_90", Checks = VirtualGpuChecks.All & ~VirtualGpuChecks.Arithmetic });
        var kernel = gpu.LoadModule(Text(instructions, typeOfD, types)).GetKernel("k");
        var count = (inputs.Length + 31) / 32 * 32;
        ulong Upload(Func<(ulong A, ulong B, ulong C), ulong> part)
            => gpu.Upload<ulong>(Enumerable.Range(0, count).Select(i => part(inputs[i % inputs.Length])).ToArray());
        var d = gpu.Allocate(count * 8);
        kernel.Launch(count / 32, 32, 0, Upload(i => i.A), Upload(i => i.B), Upload(i => i.C), d);
        return gpu.Download<ulong>(d, count)[..inputs.Length];
    }

    public static string Text(string instructions, string typeOfD, string[] types)
    {
        var text = new System.Text.StringBuilder("""
            .version 8.4
            .target sm_90
            .address_size 64
            .visible .entry k(.param .u64 pa, .param .u64 pb, .param .u64 pc, .param .u64 pd)
            {
                .reg .b64 %p<5>;
                .reg .b32 %t<4>;
                .reg .pred %q, %q2;
                .reg .b32 %x<8>;
                .reg .b64 %y<8>;

            """);
        text.AppendLine(CultureInfo.InvariantCulture, $".reg .{Register(typeOfD)} %d;");
        string[] names = ["a", "b", "c"];
        for (var k = 0; k < types.Length; k++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $".reg .{Register(types[k])} %{names[k]};");
        }

        text.AppendLine("mov.u32 %t0, %ctaid.x; shl.b32 %t0, %t0, 5; mov.u32 %t1, %tid.x; add.u32 %t0, %t0, %t1; mul.wide.u32 %p4, %t0, 8;");
        for (var k = 0; k < types.Length; k++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"ld.param.u64 %p0, [p{names[k]}]; add.u64 %p0, %p0, %p4; ld.global.{Memory(types[k])} %{names[k]}, [%p0];");
        }

        text.AppendLine(instructions);
        text.AppendLine(CultureInfo.InvariantCulture, $"ld.param.u64 %p1, [pd]; add.u64 %p1, %p1, %p4; mov.u64 %p2, 0; st.global.u64 [%p1], %p2; st.global.{Memory(typeOfD)} [%p1], %d; ret; }}");
        return text.ToString();
    }

    private static string Register(string type) => type is "u8" or "s8" ? "b16" : type;

    private static string Memory(string type) => type switch
    {
        "u8" or "s8" => "u8", _ => "b" + type[^2..],
    };

    /// <summary>Awkward values of a width, all pairs of them, and random ones.</summary>
    public static (ulong A, ulong B, ulong C)[] Integers(int bits, int seed, int count = 400)
    {
        var random = new Random(seed);
        var mask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        var top = 1UL << (bits - 1);
        ulong[] edges = [0, 1, 2, 3, 31, 32, 33, 63, 64, top, top - 1, top + 1, mask, mask - 1, 0x5555555555555555 & mask];
        ulong Any() => random.Next(4) == 0 ? edges[random.Next(edges.Length)] : (ulong)random.NextInt64(long.MinValue, long.MaxValue) & (mask >> random.Next(bits));
        return edges.SelectMany(a => edges.Select(b => (a, b, Any()))).Concat(Enumerable.Range(0, count).Select(_ => (Any(), Any(), Any()))).ToArray();
    }

    /// <summary>Floats of every kind: special, subnormal, close to each other so that sums cancel, far apart.</summary>
    public static (ulong A, ulong B, ulong C)[] Floats(int fractionBits, int exponentBits, int seed, int count = 1500)
    {
        var random = new Random(seed);
        var sign = 1UL << (fractionBits + exponentBits);
        var infinity = ((1UL << exponentBits) - 1) << fractionBits;
        ulong[] edges = [0, 1, 2, infinity, infinity - 1, infinity | 1, 1UL << fractionBits, (1UL << fractionBits) - 1, ((1UL << (exponentBits - 1)) - 1) << fractionBits];
        ulong Any()
        {
            var bits = random.Next(6) == 0 ? edges[random.Next(edges.Length)] : (ulong)random.NextInt64() & (sign - 1);
            return random.Next(2) == 0 ? bits : bits | sign;
        }

        ulong Near(ulong a)
        {
            var exponent = Math.Clamp((long)(a >> fractionBits & ((1UL << exponentBits) - 1)) + random.Next(-fractionBits - 3, fractionBits + 3), 0, (1L << exponentBits) - 2);
            return ((ulong)exponent << fractionBits) | ((ulong)random.NextInt64() & ((1UL << fractionBits) - 1)) | (random.Next(2) == 0 ? sign : 0);
        }

        return edges.SelectMany(a => edges.Select(b => (a, b | sign, Any()))).Concat(Enumerable.Range(0, count).Select(_ =>
        {
            var a = Any();
            return (a, random.Next(3) == 0 ? Any() : Near(a), random.Next(3) == 0 ? Any() : Near(a));
        })).ToArray();
    }
}
