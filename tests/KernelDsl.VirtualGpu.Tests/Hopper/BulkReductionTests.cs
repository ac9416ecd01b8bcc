namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Reductions of rows from shared into global memory, of several blocks into one row.</summary>
public sealed class BulkReductionTests
{
    private const int Blocks = 3;

    [SkippableTheory]
    [InlineData("add.u32")]
    [InlineData("min.s32")]
    [InlineData("max.s32")]
    [InlineData("min.u32")]
    [InlineData("max.u32")]
    [InlineData("and.b32")]
    [InlineData("or.b32")]
    [InlineData("xor.b32")]
    [InlineData("inc.u32")]
    [InlineData("dec.u32")]
    public void Words_are_reduced(string form)
    {
        var random = new Random(3);
        var start = Enumerable.Range(0, 32).Select(_ => random.Next(-9, 10)).ToArray();
        var rows = Enumerable.Range(0, Blocks * 32).Select(_ => random.Next(-9, 10)).ToArray();
        var expected = start.Select((value, k) =>
        {
            for (var block = 0; block < Blocks; block++)
            {
                // The value of all blocks is the same where the order matters.
                var row = form is "inc.u32" or "dec.u32" ? 5 : rows[(block * 32) + k];
                value = form switch
                {
                    "add.u32" => value + row,
                    "min.s32" => Math.Min(value, row),
                    "max.s32" => Math.Max(value, row),
                    "min.u32" => (int)Math.Min((uint)value, (uint)row),
                    "max.u32" => (int)Math.Max((uint)value, (uint)row),
                    "and.b32" => value & row,
                    "or.b32" => value | row,
                    "xor.b32" => value ^ row,
                    "inc.u32" => (uint)value >= (uint)row ? 0 : value + 1,
                    _ => value == 0 || (uint)value > (uint)row ? row : value - 1,
                };
            }

            return value;
        });
        if (form is "inc.u32" or "dec.u32")
        {
            Array.Fill(rows, 5);
        }

        Assert.Equal(expected, Run(form, start, rows));
    }

    [SkippableTheory]
    [InlineData("add.f32")]
    [InlineData("add.f64")]
    [InlineData("add.u64")]
    [InlineData("min.s64")]
    [InlineData("add.noftz.f16")]
    [InlineData("min.f16")]
    [InlineData("max.bf16")]
    [InlineData("add.noftz.bf16")]
    public void Other_types_are_reduced(string form)
    {
        var type = form[(form.LastIndexOf('.') + 1)..];
        var rows = Enumerable.Range(0, Blocks * 16).Select(k => (k * 5 % 17) - 8).ToArray();
        var start = Enumerable.Range(0, 16).Select(k => k - 8).ToArray();
        var expected = start.Select((value, k) => Enumerable.Range(0, Blocks).Select(b => rows[(b * 16) + k]).Aggregate(value, (x, y) => form[..3] switch { "add" => x + y, "min" => Math.Min(x, y), _ => Math.Max(x, y) }));
        Assert.Equal(expected, Decode(RunBytes(form, Encode(start, type), Encode(rows, type)), type));
    }

    private static byte[] Encode(int[] values, string type) => [.. values.SelectMany(v => type switch
    {
        "f32" => BitConverter.GetBytes((float)v),
        "f64" => BitConverter.GetBytes((double)v),
        "u64" or "s64" => BitConverter.GetBytes((long)v),
        "f16" => BitConverter.GetBytes((Half)v),
        _ => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)),
    })];

    private static IEnumerable<int> Decode(byte[] bytes, string type) => Enumerable.Range(0, 16).Select(k => type switch
    {
        "f32" => (int)BitConverter.ToSingle(bytes, k * 4),
        "f64" => (int)BitConverter.ToDouble(bytes, k * 8),
        "u64" or "s64" => (int)BitConverter.ToInt64(bytes, k * 8),
        "f16" => (int)BitConverter.ToHalf(bytes, k * 2),
        _ => (int)BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, k * 2) << 16),
    });

    private static int[] Run(string form, int[] start, int[] rows)
    {
        var bytes = RunBytes(form, [.. start.SelectMany(BitConverter.GetBytes)], [.. rows.SelectMany(BitConverter.GetBytes)]);
        return [.. Enumerable.Range(0, start.Length).Select(k => BitConverter.ToInt32(bytes, k * 4))];
    }

    private static byte[] RunBytes(string form, byte[] start, byte[] rows)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90", Workers = 2 });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + $$"""
            extern "C" __global__ void f(unsigned char* out, const unsigned char* in, int n) {
                __shared__ __align__(16) unsigned char row[256];
                for (int k = threadIdx.x; k < n; k += 32) row[k] = in[blockIdx.x * n + k];
                fence_async();
                __syncthreads();
                if (threadIdx.x == 0) {
                    asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group.{{form}} [%0], [%1], %2;" :: "l"(out), "r"(at(row)), "r"(n) : "memory");
                    bulk_commit(); bulk_wait(0);
                }
            }
            """);
        var result = gpu.Upload<byte>(start, "out");
        kernel.Launch(Blocks, 32, 0, result, gpu.Upload<byte>(rows, "in"), start.Length);
        return gpu.Download<byte>(result, start.Length);
    }
}
