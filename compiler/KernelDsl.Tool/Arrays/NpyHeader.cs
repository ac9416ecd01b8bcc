using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KernelDsl.Tool.Arrays;

/// <summary>
/// The header of a <c>.npy</c> file: a magic number, a version, and a Python dictionary literal with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>
/// (numpy.lib.format, versions 1 to 3).
/// </summary>
internal sealed record NpyHeader(NpyType Type, bool IsBigEndian, bool IsFortranOrder, ImmutableArray<long> Shape, int Bytes)
{
    private const int MaximumBytes = 64 * 1024;
    private const int MaximumRank = 32;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether these are the first bytes of a <c>.npy</c> file.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> start) => start.SequenceEqual(Magic);

    /// <exception cref="NpyFormatException">The header is broken, or the type is not one of <see cref="NpyType"/>.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..8]);
        if (!IsMagic(start[..6]))
        {
            throw new NpyFormatException("it does not begin like a .npy file");
        }

        var version = start[6];
        if (version is < 1 or > 3)
        {
            throw new NpyFormatException($"version {version} of .npy is not known");
        }

        var sizeBytes = version == 1 ? 2 : 4;
        Fill(stream, start.Slice(8, sizeBytes));
        var size = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (size > MaximumBytes)
        {
            throw new NpyFormatException($"its header claims {size} bytes");
        }

        var text = new byte[size];
        Fill(stream, text);
        return Parse(Encoding.UTF8.GetString(text), 8 + sizeBytes + (int)size);
    }

    /// <summary>The header for a C-ordered little-endian array, padded so that the data begins at a multiple of 64.</summary>
    public static byte[] Write(NpyType type, ImmutableArray<long> shape)
    {
        var order = type.Size() == 1 ? '|' : '<';
        var sizes = string.Concat(shape.Select(size => size.ToString(CultureInfo.InvariantCulture) + ", "));
        var text = $"{{'descr': '{order}{type.Name()}', 'fortran_order': False, 'shape': ({(shape.Length == 1 ? sizes.TrimEnd() : sizes.TrimEnd(' ', ','))}), }}";
        var length = text.Length + 1;
        var padded = ((10 + length + 63) / 64 * 64) - 10;
        var bytes = new byte[10 + padded];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)padded);
        bytes.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    /// <summary>The number of elements, or null when it does not fit 63 bits.</summary>
    public long? Count()
    {
        UInt128 count = 1;
        foreach (var size in Shape)
        {
            count *= (UInt128)size;
            if (count > long.MaxValue)
            {
                // A later zero still makes it empty, but no array that was written like this is honest.
                return null;
            }
        }

        return (long)count;
    }

    private static NpyHeader Parse(string text, int bytes)
    {
        var literal = PythonLiteral.Parse(text) as IReadOnlyDictionary<string, object?> ?? throw new NpyFormatException("its header is not a dictionary");
        if (!literal.TryGetValue("descr", out var descr) || !literal.TryGetValue("fortran_order", out var order) || !literal.TryGetValue("shape", out var shape))
        {
            throw new NpyFormatException("its header lacks descr, fortran_order or shape");
        }

        if (descr is not string name)
        {
            throw new NpyFormatException("its elements are records; f2 f4 f8 i1 i2 i4 i8 u1 b1 are read");
        }

        var kind = name.TrimStart('<', '>', '|', '=');
        if (name.Length - kind.Length > 1 || kind.Length < 2 || !NpyTypes.TryParse(kind, out var type))
        {
            throw new NpyFormatException($"its type '{name}' is not one of f2 f4 f8 i1 i2 i4 i8 u1 b1");
        }

        if (order is not bool isFortran || shape is not IReadOnlyList<object?> sizes || sizes.Count > MaximumRank)
        {
            throw new NpyFormatException("its shape or its order is broken");
        }

        var dimensions = sizes.Select(size => size is long number and >= 0 ? number : throw new NpyFormatException("its shape has a size that is no natural number"));
        return new NpyHeader(type, name[0] == '>', isFortran, [.. dimensions], bytes);
    }

    private static void Fill(Stream stream, Span<byte> buffer)
    {
        if (stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
        {
            throw new NpyFormatException("it ends inside its header");
        }
    }
}
