using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace KernelDsl.Runtime.Packs;

/// <summary>Reads the header of a pack and checks it: every image lies inside the pack, none overlap, the keys ascend, and nothing is left over.</summary>
internal sealed class PackIndexReader
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);
    private readonly byte[] _header;
    private readonly string _name;
    private int _position = PackFormat.FixedLength;

    private PackIndexReader(byte[] header, string name) => (_header, _name) = (header, name);

    /// <exception cref="KernelPackException">It is not a pack, of another format version, or damaged.</exception>
    public static PackIndex Read(PackData data, string name)
    {
        Span<byte> start = stackalloc byte[PackFormat.FixedLength];
        if (data.Length < start.Length)
        {
            throw new KernelPackException(RuntimeDiagnostics.PackForeign, name);
        }

        data.Read(0, start);
        if (!start.StartsWith(PackFormat.Magic))
        {
            throw new KernelPackException(RuntimeDiagnostics.PackForeign, name);
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(start[PackFormat.VersionAt..]);
        if (version != PackFormat.Version)
        {
            throw new KernelPackException(RuntimeDiagnostics.PackVersion, name, version, PackFormat.Version);
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(start[PackFormat.HeaderLengthAt..]);
        if (length < PackFormat.FixedLength || length > PackFormat.MaximumHeader || length > data.Length)
        {
            throw Damaged(name, $"a header of {length} bytes does not fit");
        }

        var header = new byte[length];
        data.Read(0, header);
        if (!SHA256.HashData(header.AsSpan(PackFormat.HashedStart)).AsSpan().SequenceEqual(header.AsSpan(PackFormat.HashAt, PackFormat.HashLength)))
        {
            throw Damaged(name, "the checksum of the header is wrong");
        }

        var total = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(PackFormat.TotalAt));
        if (total != (ulong)data.Length)
        {
            throw Damaged(name, $"it should have {total} bytes and has {data.Length}");
        }

        return new PackIndexReader(header, name).ReadIndex(data.Length);
    }

    private PackIndex ReadIndex(long total)
    {
        var count = BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(PackFormat.CountAt));
        var (compiler, nvrtc) = (ReadText(), ReadText());
        if (count > (uint)(_header.Length - _position) / PackFormat.SmallestEntry)
        {
            throw Damaged(_name, $"{count} images do not fit into its header");
        }

        var entries = ImmutableArray.CreateBuilder<PackEntry>((int)count);
        var end = (long)_header.Length;
        for (var i = 0; i < count; i++)
        {
            var entry = ReadEntry(PackFormat.Align(end), total);
            if (i > 0 && entries[i - 1].Key.CompareTo(entry.Key) >= 0)
            {
                throw Damaged(_name, "its keys are not in order");
            }

            entries.Add(entry);
            end = entry.Offset + entry.Length;
        }

        return _position == _header.Length && end == total
            ? new PackIndex(compiler, nvrtc, entries.MoveToImmutable())
            : throw Damaged(_name, "it has bytes that belong to no image");
    }

    private PackEntry ReadEntry(long expectedOffset, long total)
    {
        var key = new KernelImageKey(ReadText(), ReadText(), ReadText(), ReadText());
        var numbers = Take(8 + 8 + PackFormat.HashLength);
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(numbers[8..]);
        if (offset != (ulong)expectedOffset || offset > (ulong)total || length > (ulong)total - offset || length > int.MaxValue)
        {
            throw Damaged(_name, $"the image at {offset} with {length} bytes does not fit");
        }

        return new PackEntry(key, (long)offset, (int)length, [.. numbers[16..]]);
    }

    private string ReadText()
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
        try
        {
            return s_strict.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged(_name, "a text in its header is not UTF-8");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _header.Length - _position)
        {
            throw Damaged(_name, "its header ends early");
        }

        _position += count;
        return _header.AsSpan(_position - count, count);
    }

    private static KernelPackException Damaged(string name, string reason) => new(RuntimeDiagnostics.PackDamaged, name, reason);
}
