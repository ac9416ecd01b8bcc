namespace KernelDsl.Tool.Arrays;

/// <summary>Reads one <c>.npy</c> stream of a known length.</summary>
internal static class NpyReader
{
    /// <param name="stream">The bytes of the file.</param>
    /// <param name="length">How many there are; nothing is allocated for a shape that they cannot fill.</param>
    /// <exception cref="NpyFormatException">The file is broken.</exception>
    public static NpyArray Read(Stream stream, long length)
    {
        var header = NpyHeader.Read(stream);
        var count = header.Count();
        if (count is null || count.Value > (Array.MaxLength / header.Type.Size()))
        {
            throw new NpyFormatException($"its shape ({string.Join(", ", header.Shape)}) is too large");
        }

        var bytes = count.Value * header.Type.Size();
        if (bytes != length - header.Bytes)
        {
            throw new NpyFormatException($"its shape ({string.Join(", ", header.Shape)}) takes {bytes} bytes, and it holds {length - header.Bytes}");
        }

        var data = new byte[bytes];
        if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
        {
            throw new NpyFormatException("it ends inside its data");
        }

        if (header.IsBigEndian)
        {
            ReverseElements(data, header.Type.Size());
        }

        var isTransposed = header.IsFortranOrder && header.Shape.Length > 1;
        return new NpyArray(header.Type, header.Shape, isTransposed ? ToRowMajor(data, header.Type.Size(), header.Shape) : data);
    }

    private static void ReverseElements(byte[] data, int size)
    {
        for (var i = 0; i < data.Length; i += size)
        {
            data.AsSpan(i, size).Reverse();
        }
    }

    private static byte[] ToRowMajor(byte[] data, int size, ImmutableArray<long> shape)
    {
        var result = new byte[data.Length];
        var index = new long[shape.Length];
        var strides = new long[shape.Length];
        strides[0] = 1;
        for (var d = 1; d < shape.Length; d++)
        {
            strides[d] = strides[d - 1] * shape[d - 1];
        }

        long source = 0;
        for (var target = 0; target < data.Length; target += size)
        {
            data.AsSpan(checked((int)(source * size)), size).CopyTo(result.AsSpan(target));
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                source += strides[d];
                if (++index[d] < shape[d])
                {
                    break;
                }

                source -= strides[d] * shape[d];
                index[d] = 0;
            }
        }

        return result;
    }
}
