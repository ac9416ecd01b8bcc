using System.Globalization;

namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Runs one <c>mma</c> with registers given for each lane.</summary>
internal static class ProductRunner
{
    /// <summary>Registers of D: lane by lane.</summary>
    /// <param name="name">The instruction with its modifiers.</param>
    /// <param name="a">Registers of A for each lane.</param>
    /// <param name="tail">Operands behind C: a register <c>%e</c> holds <paramref name="e"/>.</param>
    public static ulong[][] Run(string name, string architecture, ulong[][] a, ulong[][] b, ulong[][] c, int registersOfD, bool isDouble = false, uint[]? e = null, string tail = "")
    {
        var (na, nb, nc) = (a[0].Length, b[0].Length, c[0].Length);
        var all = na + nb + nc + 1;
        var words = new ulong[32 * all];
        for (var lane = 0; lane < 32; lane++)
        {
            a[lane].CopyTo(words, lane * all);
            b[lane].CopyTo(words, (lane * all) + na);
            c[lane].CopyTo(words, (lane * all) + na + nb);
            words[(lane * all) + all - 1] = e?[lane] ?? 0;
        }

        var type = isDouble ? "b64" : "b32";
        string Loads(string prefix, int from, int count)
            => string.Concat(Enumerable.Range(0, count).Select(k => string.Create(CultureInfo.InvariantCulture, $"ld.global.{type} %{prefix}{k}, [%p+{(from + k) * 8}];\n")));
        var stores = string.Concat(Enumerable.Range(0, registersOfD).Select(k => string.Create(CultureInfo.InvariantCulture, $"st.global.{type} [%q+{k * 8}], %d{k};\n")));
        var text = $$"""
            .version 8.4
            .target {{architecture}}
            .address_size 64
            .visible .entry k(.param .u64 pa, .param .u64 pd)
            {
                .reg .b64 %p, %q; .reg .b32 %t, %e; .reg .{{type}} %a<{{na}}>, %b<{{nb}}>, %c<{{nc}}>, %d<{{registersOfD}}>;
                mov.u32 %t, %tid.x;
                ld.param.u64 %p, [pa]; mad.wide.u32 %p, %t, {{all * 8}}, %p;
                ld.param.u64 %q, [pd]; mad.wide.u32 %q, %t, {{registersOfD * 8}}, %q;
                {{Loads("a", 0, na)}} {{Loads("b", na, nb)}} {{Loads("c", na + nb, nc)}}
                ld.global.b32 %e, [%p+{{(all - 1) * 8}}];
                {{name}} {{WmmaTests.List("d", registersOfD)}}, {{WmmaTests.List("a", na)}}, {{WmmaTests.List("b", nb)}}, {{WmmaTests.List("c", nc)}}{{tail}};
                {{stores}}
                ret;
            }
            """;
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture });
        var d = gpu.Upload<ulong>(new ulong[32 * registersOfD]);
        gpu.LoadModule(text).GetKernel("k").Launch(1, 32, 0, gpu.Upload<ulong>(words), d);
        return gpu.Download<ulong>(d, 32 * registersOfD).Chunk(registersOfD).ToArray();
    }

    /// <summary>An empty register for each lane.</summary>
    public static ulong[][] Lanes(int registers) => Enumerable.Range(0, 32).Select(_ => new ulong[registers]).ToArray();

    public static ulong Encode(int value, string type) => type switch
    {
        "f16" => BitConverter.HalfToUInt16Bits((Half)value), "bf16" => BitConverter.SingleToUInt32Bits(value) >> 16, "tf32" or "f32" => BitConverter.SingleToUInt32Bits(value),
        "f64" => BitConverter.DoubleToUInt64Bits(value), "s4" or "u4" => (uint)value & 15, "s8" or "u8" => (byte)value, "s32" => (uint)value,
        "e4m3" => Small(value, 3, 7), "e5m2" => Small(value, 2, 15), _ => throw new ArgumentException(type),
    };

    /// <summary>A whole number of at most 4 in size as an 8-bit float.</summary>
    private static ulong Small(int value, int fraction, int bias)
    {
        var size = Math.Abs(value);
        if (size == 0)
        {
            return 0;
        }

        var exponent = size.ToString("b", CultureInfo.InvariantCulture).Length - 1;
        var rest = (size - (1 << exponent)) << fraction >> exponent;
        return (ulong)((value < 0 ? 0x80 : 0) | ((exponent + bias) << fraction) | rest);
    }
}
