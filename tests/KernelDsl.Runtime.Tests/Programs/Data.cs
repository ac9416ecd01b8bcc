using KernelDsl.Compiler.Tiles;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>Buffers with given or random contents.</summary>
internal static class Data
{
    public static HostBuffer Floats(ElementType element, params ReadOnlySpan<double> values)
    {
        var buffer = new HostBuffer(element, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            ElementMemory.Store(buffer, i, Scalar.Of(element == ElementType.F64 ? ScalarType.F64 : ScalarType.F32, values[i]));
        }

        return buffer;
    }

    public static HostBuffer Integers(ElementType element, params ReadOnlySpan<long> values)
    {
        var buffer = new HostBuffer(element, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            ElementMemory.Store(buffer, i, Scalar.Of(values[i]));
        }

        return buffer;
    }

    /// <summary>Random bytes, the same for the same seed, with no bit pattern left out.</summary>
    public static HostBuffer Bits(ElementType element, long length, int seed)
    {
        var buffer = new HostBuffer(element, length);
        new Random(seed).NextBytes(buffer.Bytes);
        return buffer;
    }

    /// <summary>Random numbers in [-1, 1], multiples of 1/64.</summary>
    public static HostBuffer Units(ElementType element, int length, int seed)
    {
        var random = new Random(seed);
        return Floats(element, Enumerable.Range(0, length).Select(_ => random.Next(-64, 65) / 64.0).ToArray());
    }
}
