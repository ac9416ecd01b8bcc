using System.Globalization;

namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>
/// <c>wmma</c>: loads, products and stores of every shape and type, against products of whole numbers. PTX leaves open which thread holds which element, so that only memory is
/// compared; between load and store each element is doubled in its register, which must not depend on where it lies.
/// </summary>
public sealed class WmmaTests
{
    // shape, type of A, registers of A, B and the accumulator.
    private static readonly (int M, int N, int K, string Type, int A, int B, int C)[] s_shapes =
    [
        (16, 16, 16, "f16", 8, 8, 8), (8, 32, 16, "f16", 8, 8, 8), (32, 8, 16, "f16", 8, 8, 8), (16, 16, 16, "bf16", 4, 4, 8), (8, 32, 16, "bf16", 2, 8, 8), (32, 8, 16, "bf16", 8, 2, 8),
        (16, 16, 8, "tf32", 4, 4, 8), (16, 16, 16, "s8", 2, 2, 8), (16, 16, 16, "u8", 2, 2, 8), (8, 32, 16, "s8", 1, 4, 8), (32, 8, 16, "u8", 4, 1, 8), (8, 8, 4, "f64", 1, 1, 2),
        (8, 8, 32, "s4", 1, 1, 2), (8, 8, 32, "u4", 1, 1, 2),
    ];

    public static TheoryData<int, bool, bool, bool> Cases
    {
        get
        {
            var data = new TheoryData<int, bool, bool, bool>();
            for (var s = 0; s < s_shapes.Length; s++)
            {
                var fixedLayout = s_shapes[s].Type is "s4" or "u4";
                foreach (var (a, b, c) in fixedLayout ? [(true, false, true), (true, false, false)] : new[] { (true, true, true), (true, false, false), (false, true, true), (false, false, false) })
                {
                    data.Add(s, a, b, c);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_of_loaded_fragments_is_stored(int index, bool aIsRow, bool bIsRow, bool cIsRow)
    {
        var (m, n, k, type, registersOfA, registersOfB, registersOfC) = s_shapes[index];
        var random = new Random(index);
        int Any() => random.Next(type[0] == 'u' ? 0 : -4, 5);
        var a = Values(m * k, Any);
        var b = Values(k * n, Any);
        var c = Values(m * n, () => random.Next(-30, 30));
        var accumulator = type switch { "f64" => "f64", "f16" or "bf16" or "tf32" => "f32", _ => "s32" };
        var types = type switch { "f16" => "f32.f32", _ => $"{accumulator}.{type}.{type}.{accumulator}" };

        // A leading dimension larger than the matrix, except for parts of bytes.
        var padding = type[1] == '4' ? 0 : 16;
        var (ldA, ldB, ldC) = ((aIsRow ? k : m) + padding, (bIsRow ? n : k) + padding, (cIsRow ? n : m) + 8);
        var text = $$"""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 pa, .param .u64 pb, .param .u64 pc, .param .u64 pd)
            {
                .reg .b64 %p<4>; .reg .{{(type == "f64" ? "f64" : "b32")}} %a<8>, %b<8>, %c<8>;
                ld.param.u64 %p0, [pa]; ld.param.u64 %p1, [pb]; ld.param.u64 %p2, [pc]; ld.param.u64 %p3, [pd];
                wmma.load.a.sync.aligned.{{Layout(aIsRow)}}.m{{m}}n{{n}}k{{k}}.global.{{type}} {{List("a", registersOfA)}}, [%p0], {{ldA}};
                wmma.load.b.sync.aligned.{{Layout(bIsRow)}}.m{{m}}n{{n}}k{{k}}.global.{{type}} {{List("b", registersOfB)}}, [%p1], {{ldB}};
                wmma.load.c.sync.aligned.{{Layout(cIsRow)}}.m{{m}}n{{n}}k{{k}}.global.{{accumulator}} {{List("c", registersOfC)}}, [%p2], {{ldC}};
                {{string.Concat(Enumerable.Range(0, registersOfC).Select(r => $"add.{accumulator} %c{r}, %c{r}, %c{r}; "))}}
                wmma.mma.sync.aligned.{{Layout(aIsRow)}}.{{Layout(bIsRow)}}.m{{m}}n{{n}}k{{k}}.{{types}} {{List("c", registersOfC)}}, {{List("a", registersOfA)}}, {{List("b", registersOfB)}}, {{List("c", registersOfC)}};
                wmma.store.d.sync.aligned.{{Layout(cIsRow)}}.m{{m}}n{{n}}k{{k}}.global.{{accumulator}} [%p3], {{List("c", registersOfC)}}, {{ldC}};
                ret;
            }
            """;
        using var gpu = new VirtualGpu();
        ulong Upload(int[] values, int rows, int columns, bool isRow, int ld, string of) => gpu.Upload<byte>(Encode(values, rows, columns, isRow, ld, of));
        var d = gpu.Upload<byte>(Encode(new int[m * n], m, n, cIsRow, ldC, accumulator));
        gpu.LoadModule(text).GetKernel("k").Launch(1, 32, 0, Upload(a, m, k, aIsRow, ldA, type), Upload(b, k, n, bIsRow, ldB, type), Upload(c, m, n, cIsRow, ldC, accumulator), d);
        var wanted = new int[m * n];
        for (var at = 0; at < m * n; at++)
        {
            wanted[at] = (2 * c[at]) + Enumerable.Range(0, k).Sum(q => a[(at / n * k) + q] * b[(q * n) + (at % n)]);
        }

        var bytes = Encode(wanted, m, n, cIsRow, ldC, accumulator);
        Assert.Equal(bytes, gpu.Download<byte>(d, bytes.Length));
    }

    [Theory]
    [InlineData("f16.f16", 4, 4)]
    [InlineData("f16.f32", 4, 8)]
    [InlineData("f32.f16", 8, 4)]
    public void Half_accumulators_mix_with_single_ones(string types, int registersOfD, int registersOfC)
    {
        var (typeOfD, typeOfC) = (types[..3], types[4..]);
        var random = new Random(3);
        var a = Values(256, () => random.Next(-3, 4));
        var b = Values(256, () => random.Next(-3, 4));
        var c = Values(256, () => random.Next(-9, 9));
        var text = $$"""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 pa, .param .u64 pb, .param .u64 pc, .param .u64 pd)
            {
                .reg .b64 %p<4>; .reg .b32 %a<8>, %b<8>, %c<8>, %d<8>;
                ld.param.u64 %p0, [pa]; ld.param.u64 %p1, [pb]; ld.param.u64 %p2, [pc]; ld.param.u64 %p3, [pd];
                wmma.load.a.sync.aligned.row.m16n16k16.f16 {{List("a", 8)}}, [%p0];
                wmma.load.b.sync.aligned.row.m16n16k16.f16 {{List("b", 8)}}, [%p1];
                wmma.load.c.sync.aligned.row.m16n16k16.{{typeOfC}} {{List("c", registersOfC)}}, [%p2];
                wmma.mma.sync.aligned.row.row.m16n16k16.{{types}} {{List("d", registersOfD)}}, {{List("a", 8)}}, {{List("b", 8)}}, {{List("c", registersOfC)}};
                wmma.store.d.sync.aligned.row.m16n16k16.{{typeOfD}} [%p3], {{List("d", registersOfD)}};
                ret;
            }
            """;
        using var gpu = new VirtualGpu();
        var d = gpu.Allocate(typeOfD == "f16" ? 512 : 1024);
        gpu.LoadModule(text).GetKernel("k").Launch(1, 32, 0, gpu.Upload<byte>(Encode(a, 16, 16, true, 16, "f16")), gpu.Upload<byte>(Encode(b, 16, 16, true, 16, "f16")),
            gpu.Upload<byte>(Encode(c, 16, 16, true, 16, typeOfC)), d);
        var wanted = Enumerable.Range(0, 256).Select(at => c[at] + Enumerable.Range(0, 16).Sum(q => a[(at / 16 * 16) + q] * b[(q * 16) + (at % 16)])).ToArray();
        var bytes = Encode(wanted, 16, 16, true, 16, typeOfD);
        Assert.Equal(bytes, gpu.Download<byte>(d, bytes.Length));
    }

    [Fact]
    public void Load_over_the_end_is_reported()
    {
        using var gpu = new VirtualGpu();
        var kernel = gpu.LoadModule($$"""
            .version 8.4
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 pa) { .reg .b64 %p; .reg .b32 %a<8>; ld.param.u64 %p, [pa]; wmma.load.a.sync.aligned.row.m16n16k16.global.f16 {{List("a", 8)}}, [%p], 16; ret; }
            """).GetKernel("k");
        kernel.Launch(1, 32, 0, gpu.Upload<byte>(new byte[512]));
        Assert.Equal(FindingKind.OutOfBounds, Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 32, 0, gpu.Upload<byte>(new byte[510]))).Finding.Kind);
    }

    internal static string List(string name, int count) => "{" + string.Join(", ", Enumerable.Range(0, count).Select(k => string.Create(CultureInfo.InvariantCulture, $"%{name}{k}"))) + "}";

    private static string Layout(bool isRow) => isRow ? "row" : "col";

    private static int[] Values(int count, Func<int> any) => Enumerable.Range(0, count).Select(_ => any()).ToArray();

    /// <summary>A matrix of small whole numbers in memory; places between its lines hold zeros.</summary>
    private static byte[] Encode(int[] values, int rows, int columns, bool isRow, int ld, string type)
    {
        var bits = type switch { "s4" or "u4" => 4, "s8" or "u8" => 8, "f16" or "bf16" => 16, "f64" => 64, _ => 32 };
        var bytes = new byte[(isRow ? rows : columns) * ld * bits / 8];
        for (var at = 0; at < rows * columns; at++)
        {
            var (row, column) = (at / columns, at % columns);
            var place = isRow ? (row * ld) + column : (column * ld) + row;
            var value = values[at];
            var code = type switch
            {
                "f16" => BitConverter.HalfToUInt16Bits((Half)value), "bf16" => BitConverter.SingleToUInt32Bits(value) >> 16, "tf32" or "f32" => BitConverter.SingleToUInt32Bits(value),
                "f64" => BitConverter.DoubleToUInt64Bits(value), "s4" or "u4" => (ulong)(value & 15), _ => (ulong)value,
            };
            if (bits == 4)
            {
                bytes[place / 2] |= (byte)(code << (place % 2 * 4));
                continue;
            }

            for (var k = 0; k < bits / 8; k++)
            {
                bytes[(place * bits / 8) + k] = (byte)(code >> (8 * k));
            }
        }

        return bytes;
    }
}
