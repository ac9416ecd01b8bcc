namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>A tile of a tensor at some coordinates, and where its elements go.</summary>
internal sealed record TileCase(TensorMapDataType Type, int Size, ulong[] Sizes, ulong[] Strides, uint[] Box, uint[] Steps, int[] At, int Span)
{
    public int TensorBytes => (int)Enumerable.Range(0, Sizes.Length).Aggregate((ulong)Size, (bytes, axis) => bytes + ((Sizes[axis] - 1) * Strides[axis])) + 16;

    private int Copied(int axis) => (int)((Box[axis] + Steps[axis] - 1) / Steps[axis]);

    public int BoxBytes => Enumerable.Range(0, Box.Length).Aggregate(Size, (bytes, axis) => bytes * Copied(axis));

    public static TileCase Random(int rank, int seed)
    {
        var random = new Random((rank * 1000) + seed);
        var (type, size) = new[] { (TensorMapDataType.UInt8, 1), (TensorMapDataType.UInt16, 2), (TensorMapDataType.Int32, 4), (TensorMapDataType.Float64, 8) }[random.Next(4)];
        var span = rank > 1 ? new[] { 16, 32, 64, 128 }[random.Next(4)] : 16;
        var sizes = Enumerable.Range(0, rank).Select(axis => (ulong)random.Next(axis == 0 ? 16 : 3, axis == 0 ? 70 : 9)).ToArray();
        var strides = new ulong[rank];
        strides[0] = (ulong)size;
        for (var axis = 1; axis < rank; axis++)
        {
            strides[axis] = ((strides[axis - 1] * sizes[axis - 1]) + 15 + (ulong)random.Next(3) * 16) & ~15UL;
        }

        var steps = Enumerable.Range(0, rank).Select(axis => axis == 0 ? 1u : (uint)random.Next(1, 4)).ToArray();
        var box = Enumerable.Range(0, rank).Select(axis => axis == 0 ? (uint)(span / size * (span == 16 ? random.Next(1, 4) : 1)) : (uint)random.Next(1, 6)).ToArray();
        var at = Enumerable.Range(0, rank).Select(axis => random.Next(-4, (int)sizes[axis])).ToArray();
        return new TileCase(type, size, sizes, strides, box, steps, at, span);
    }

    public TensorMap Map(ulong address) => TensorMap.EncodeTiled(
        Type, address, Sizes, Strides.AsSpan(1), Box, Steps, Span switch { 32 => TensorMapSwizzle.Bytes32, 64 => TensorMapSwizzle.Bytes64, 128 => TensorMapSwizzle.Bytes128, _ => TensorMapSwizzle.None });

    /// <summary>The bytes of shared memory after the load, and of a tensor of 0xee to which they are stored at the same place.</summary>
    public (byte[] Shared, byte[] Target) Expected(byte[] source)
    {
        var shared = new byte[BoxBytes];
        var target = Enumerable.Repeat((byte)0xee, TensorBytes).ToArray();
        for (var element = 0; element < BoxBytes / Size; element++)
        {
            var rest = element;
            var place = 0L;
            var isInside = true;
            for (var axis = 0; axis < Sizes.Length; axis++)
            {
                var x = At[axis] + (rest % Copied(axis) * (int)Steps[axis]);
                rest /= Copied(axis);
                isInside &= x >= 0 && x < (int)Sizes[axis];
                place += x * (long)Strides[axis];
            }

            for (var k = 0; k < Size; k++)
            {
                var at = (element * Size) + k;
                shared[Swizzled(at)] = isInside ? source[place + k] : (byte)0;
                if (isInside)
                {
                    target[place + k] = source[place + k];
                }
            }
        }

        return (shared, target);
    }

    /// <summary>Rows are as long as the span; the 16-byte pieces of a row are permuted by its number.</summary>
    private int Swizzled(int at)
    {
        var (row, piece) = (at / Span, at % Span / 16);
        var permuted = Span switch { 128 => piece ^ (row % 8), 64 => piece ^ (row / 2 % 4), 32 => piece ^ (row / 4 % 2), _ => piece };
        return (row * Span) + (permuted * 16) + (at % 16);
    }

    /// <summary>Loads a tile, copies shared memory as it lies, and stores the tile.</summary>
    public static string Source(int rank)
    {
        var parameters = string.Concat(Enumerable.Range(0, rank).Select(axis => $", int c{axis}"));
        var list = string.Join(", ", Enumerable.Range(0, rank).Select(axis => $"%{axis + 2}"));
        var inputs = string.Concat(Enumerable.Range(0, rank).Select(axis => $", \"r\"(c{axis})"));
        return $$"""
            extern "C" __global__ void f(unsigned char* dump, const __grid_constant__ TensorMap in, const __grid_constant__ TensorMap out, int bytes{{parameters}}) {
                __shared__ __align__(1024) unsigned char tile[40960];
                __shared__ u64 b;
                if (threadIdx.x == 0) {
                    bar_init(&b, 1); fence_init(); arrive_expect(&b, bytes);
                    asm volatile("cp.async.bulk.tensor.{{rank}}d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {{{list}}}], [%{{rank + 2}}];" :: "r"(at(tile)), "l"(&in){{inputs}}, "r"(at(&b)) : "memory");
                }
                __syncthreads();
                wait(&b, 0);
                for (int k = threadIdx.x; k < bytes; k += 32) dump[k] = tile[k];
                if (threadIdx.x == 0) {
                    asm volatile("cp.async.bulk.tensor.{{rank}}d.global.shared::cta.tile.bulk_group [%1, {{{list}}}], [%0];" :: "r"(at(tile)), "l"(&out){{inputs}} : "memory");
                    bulk_commit(); bulk_wait(0);
                }
            }
            """;
    }
}
