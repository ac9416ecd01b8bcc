using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace AttentionSample;

/// <summary>An array of binary32 numbers with its shape, the last axis fastest.</summary>
public sealed record FloatArray(float[] Values, long[] Shape);

/// <summary>Reads and writes NumPy's .npz files of float32 arrays in C order.</summary>
public static partial class Npz
{
    public static Dictionary<string, FloatArray> Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(entry => Path.GetFileNameWithoutExtension(entry.Name), entry => Read(entry));
    }

    public static void Write(string path, IEnumerable<(string Name, FloatArray Array)> arrays)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var stream = zip.CreateEntry(name + ".npy").Open();
            var shape = string.Concat(array.Shape.Select(size => size.ToString(CultureInfo.InvariantCulture) + ", "));
            var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
            header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
            stream.Write([0x93, .. "NUMPY"u8, 1, 0]);
            stream.Write([(byte)header.Length, (byte)(header.Length >> 8)]);
            stream.Write(Encoding.ASCII.GetBytes(header));
            stream.Write(MemoryMarshal.AsBytes<float>(array.Values));
        }
    }

    private static FloatArray Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray().AsSpan();
        var isVersion1 = bytes[6] == 1;
        var length = isVersion1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var start = isVersion1 ? 10 : 12;
        var header = Encoding.ASCII.GetString(bytes.Slice(start, length));
        if (!header.Contains("'<f4'", StringComparison.Ordinal) || !header.Contains("'fortran_order': False", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{entry.Name} is not an array of float32 in C order: {header.Trim()}");
        }

        var shape = Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToArray();
        return new FloatArray(MemoryMarshal.Cast<byte, float>(bytes[(start + length)..]).ToArray(), shape);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}
