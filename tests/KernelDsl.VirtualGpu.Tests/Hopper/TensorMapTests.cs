namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>What tensor maps accept, and where elements of tiles go; the places are written out here as formulas of their own.</summary>
public sealed class TensorMapTests
{
    [Theory]
    [InlineData("an address that is no multiple of 16", 8UL, 64UL, 256UL, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "globalAddress")]
    [InlineData("no elements", 0UL, 0UL, 256UL, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "globalSizes")]
    [InlineData("too many elements", 0UL, (1UL << 32) + 1, 256UL, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "globalSizes")]
    [InlineData("a stride that is no multiple of 16", 0UL, 64UL, 264UL, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "globalStrides")]
    [InlineData("a stride of 2^40", 0UL, 64UL, 1UL << 40, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "globalStrides")]
    [InlineData("an empty box", 0UL, 64UL, 256UL, 16u, 0u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "boxSizes")]
    [InlineData("a box of 257", 0UL, 64UL, 256UL, 16u, 257u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "boxSizes")]
    [InlineData("12 bytes of a row", 0UL, 64UL, 256UL, 3u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.Zero, "boxSizes")]
    [InlineData("more than the span", 0UL, 64UL, 256UL, 20u, 8u, 1u, TensorMapSwizzle.Bytes64, TensorMapFill.Zero, "boxSizes")]
    [InlineData("an element stride of 9", 0UL, 64UL, 256UL, 16u, 8u, 9u, TensorMapSwizzle.None, TensorMapFill.Zero, "elementStrides")]
    [InlineData("integers filled with NaN", 0UL, 64UL, 256UL, 16u, 8u, 1u, TensorMapSwizzle.None, TensorMapFill.NaN, "fill")]
    public void Map_that_breaks_a_rule_is_refused(
        string what, ulong address, ulong width, ulong stride, uint boxWidth, uint boxHeight, uint step, TensorMapSwizzle swizzle, TensorMapFill fill, string parameter)
    {
        var error = Assert.Throws<ArgumentException>(() => TensorMap.EncodeTiled(TensorMapDataType.Int32, address, [width, 64], [stride], [boxWidth, boxHeight], [1, step], swizzle, fill));
        Assert.True(error.ParamName == parameter, what);
    }

    [Fact]
    public void Map_within_the_rules_is_encoded()
    {
        var bytes = TensorMap.EncodeTiled(TensorMapDataType.Float32, 1UL << 36, [1UL << 32, 64], [1UL << 39], [16, 256], [1, 8], TensorMapSwizzle.Bytes64, TensorMapFill.NaN).ToArray();
        Assert.Equal(TensorMap.Size, bytes.Length);
        Assert.Throws<ArgumentException>(() => TensorMap.EncodeTiled(TensorMapDataType.UInt8, 0, [], [], []));
        Assert.Throws<ArgumentException>(() => TensorMap.EncodeTiled(TensorMapDataType.UInt8, 0, [16, 1, 1, 1, 1, 1], [16, 16, 16, 16, 16], [16, 1, 1, 1, 1, 1]));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Tile_is_loaded_and_stored_to_its_places(int rank)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var tile = TileCase.Random(rank, seed);
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a", Seed = seed + 1 });
            var source = Enumerable.Range(0, tile.TensorBytes).Select(k => (byte)((k * 7) + (k >> 8))).ToArray();
            var map = tile.Map(gpu.Upload<byte>(source, "in"));
            var kernel = Cuda.Load(gpu, HopperCode.Prelude + TileCase.Source(rank));
            var dump = gpu.Allocate(tile.BoxBytes, "dump");
            var target = gpu.Upload<byte>(Enumerable.Repeat((byte)0xee, tile.TensorBytes).ToArray(), "target");
            kernel.Launch(1, 32, 0, [dump, map, tile.Map(target), tile.BoxBytes, .. tile.At.Select(x => (object)x)]);
            var (expectedDump, expectedTarget) = tile.Expected(source);
            Assert.Equal(expectedDump, gpu.Download<byte>(dump, tile.BoxBytes));
            Assert.Equal(expectedTarget, gpu.Download<byte>(target, tile.TensorBytes));
        }
    }

    [SkippableFact]
    public void Floats_outside_are_NaN_where_the_map_says_so()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + TileCase.Source(2));
        var source = gpu.Upload<float>([1, 2, 3, 4, 5, 6, 7, 8], "in");
        var map = TensorMap.EncodeTiled(TensorMapDataType.Float32, source, [4, 2], [16], [4, 2], fill: TensorMapFill.NaN);
        var dump = gpu.Allocate(32, "dump");
        kernel.Launch(1, 32, 0, dump, map, map, 32, 2, 1);
        Assert.Equal([7, 8, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], gpu.Download<float>(dump, 8));
    }

    [SkippableFact]
    public void Reductions_of_tiles_add_to_the_tensor()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + """
            extern "C" __global__ void f(const __grid_constant__ TensorMap m) {
                __shared__ __align__(128) float tile[4][8];
                int t = threadIdx.x;
                tile[t / 8][t % 8] = t;
                fence_async();
                __syncthreads();
                if (t == 0) {
                    asm volatile("cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.tile.bulk_group [%0, {%1, %2}], [%3];" :: "l"(&m), "r"(1), "r"(-1), "r"(at(tile)) : "memory");
                    bulk_commit(); bulk_wait(0);
                }
            }
            """);
        var target = gpu.Upload<float>(Enumerable.Repeat(100f, 32).ToArray(), "out");
        kernel.Launch(5, 32, 0, TensorMap.EncodeTiled(TensorMapDataType.Float32, target, [8, 4], [32], [8, 4]));
        Assert.Equal(Enumerable.Range(0, 32).Select(k => k % 8 < 1 || k / 8 > 2 ? 100f : 100f + (5 * (((k / 8) + 1) * 8 + (k % 8) - 1))), gpu.Download<float>(target, 32));
    }

    [SkippableTheory]
    [InlineData("bytes that nobody encoded", FindingKind.Undefined)]
    [InlineData("a map with a changed byte", FindingKind.Undefined)]
    [InlineData("a map of another rank", FindingKind.Undefined)]
    [InlineData("a map of what is not allocated", FindingKind.OutOfBounds)]
    [InlineData("a map of what is freed", FindingKind.UseAfterFree)]
    [InlineData("a map over the end of a tensor", FindingKind.OutOfBounds)]
    public void Map_that_is_none_is_found(string what, FindingKind kind)
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var kernel = Cuda.Load(gpu, HopperCode.Prelude + TileCase.Source(2));
        var source = gpu.Upload<float>(new float[32], "in");
        var good = TensorMap.EncodeTiled(TensorMapDataType.Float32, source, [8, 4], [32], [8, 4]);
        var changed = good.ToArray();
        changed[9] ^= 1;
        var map = what switch
        {
            "bytes that nobody encoded" => new byte[128],
            "a map with a changed byte" => changed,
            "a map of another rank" => TensorMap.EncodeTiled(TensorMapDataType.Float32, source, [32], [], [32]).ToArray(),
            "a map of what is not allocated" => TensorMap.EncodeTiled(TensorMapDataType.Float32, 1UL << 45, [8, 4], [32], [8, 4]).ToArray(),
            "a map over the end of a tensor" => TensorMap.EncodeTiled(TensorMapDataType.Float32, source, [8, 5], [32], [8, 5]).ToArray(),
            _ => good.ToArray(),
        };
        if (what == "a map of what is freed")
        {
            gpu.Free(source);
        }

        var fault = Assert.Throws<VirtualGpuFaultException>(() => kernel.Launch(1, 32, 0, gpu.Allocate(256), map, good, 160, 0, 0));
        Assert.Equal(kind, fault.Finding.Kind);
    }

    [SkippableFact]
    public void Map_lies_in_constant_or_global_memory_too()
    {
        using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = "sm_90a" });
        var module = gpu.LoadModule(Cuda.Ptx(HopperCode.Prelude + """
            __constant__ TensorMap fixed;
            extern "C" __global__ void f(float* out, const TensorMap* given, int which) {
                __shared__ __align__(128) float tile[32];
                __shared__ u64 b;
                if (threadIdx.x == 0) {
                    const TensorMap* m = which ? given : &fixed;
                    asm volatile("prefetch.tensormap [%0];" :: "l"(m) : "memory");
                    bar_init(&b, 1); fence_init(); arrive_expect(&b, 128); tile_load(tile, m, 0, 0, &b);
                }
                __syncthreads();
                wait(&b, 0);
                out[threadIdx.x] = tile[threadIdx.x];
            }
            """, "sm_90a"));
        var source = gpu.Upload<float>(Enumerable.Range(0, 32).Select(k => (float)k).ToArray(), "in");
        var map = TensorMap.EncodeTiled(TensorMapDataType.Float32, source, [8, 4], [32], [8, 4]).ToArray();
        gpu.CopyToDevice(module.AddressOf("fixed"), map);
        for (var which = 0; which < 2; which++)
        {
            var result = gpu.Allocate(128, "out");
            module.GetKernel("f").Launch(1, 32, 0, result, gpu.Upload<byte>(map, "map"), which);
            Assert.Equal(Enumerable.Range(0, 32).Select(k => (float)k), gpu.Download<float>(result, 32));
        }
    }
}
