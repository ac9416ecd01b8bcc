using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KernelDsl.Runtime.Packs;

/// <summary>Writes packs. The same images in any order give the same bytes.</summary>
internal sealed class KernelPackWriter(string compilerVersion, string nvrtcVersion)
{
    private readonly SortedDictionary<KernelImageKey, ReadOnlyMemory<byte>> _images = [];

    public int Count => _images.Count;

    /// <summary>Adds an image; the same key again must come with the same image.</summary>
    /// <exception cref="ArgumentException">The key is there with another image.</exception>
    public void Add(KernelImageKey key, ReadOnlyMemory<byte> image)
    {
        if (_images.TryGetValue(key, out var known))
        {
            if (!known.Span.SequenceEqual(image.Span))
            {
                throw new ArgumentException($"Two different images have the key {key}.", nameof(image));
            }

            return;
        }

        _images.Add(key, image);
    }

    /// <exception cref="InvalidOperationException">The pack would be larger than its format allows.</exception>
    public byte[] ToArray()
    {
        var index = Index(0);
        var headerLength = PackFormat.FixedLength + index.Length;
        var total = (long)headerLength;
        foreach (var image in _images.Values)
        {
            total = PackFormat.Align(total) + image.Length;
        }

        if (headerLength > PackFormat.MaximumHeader || total > Array.MaxLength)
        {
            throw new InvalidOperationException($"A pack of {_images.Count} images with {total} bytes is too large.");
        }

        var pack = new byte[total];
        PackFormat.Magic.CopyTo(pack);
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(PackFormat.VersionAt), PackFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(PackFormat.HeaderLengthAt), (uint)headerLength);
        BinaryPrimitives.WriteUInt64LittleEndian(pack.AsSpan(PackFormat.TotalAt), (ulong)total);
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(PackFormat.CountAt), (uint)_images.Count);
        Index(headerLength).CopyTo(pack.AsSpan(PackFormat.FixedLength));
        SHA256.HashData(pack.AsSpan(PackFormat.HashedStart, headerLength - PackFormat.HashedStart), pack.AsSpan(PackFormat.HashAt));
        var at = (long)headerLength;
        foreach (var image in _images.Values)
        {
            at = PackFormat.Align(at);
            image.Span.CopyTo(pack.AsSpan((int)at));
            at += image.Length;
        }

        return pack;
    }

    /// <summary>The part of the header after its fixed length. The offsets have a fixed width, so that its own length does not depend on them.</summary>
    private byte[] Index(int headerLength)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Text(compilerVersion);
        Text(nvrtcVersion);
        var at = (long)headerLength;
        foreach (var (key, image) in _images)
        {
            Text(key.CudaKey);
            Text(key.Consts);
            Text(key.Architecture);
            Text(key.Kind);
            at = PackFormat.Align(at);
            writer.Write(at);
            writer.Write((long)image.Length);
            writer.Write(SHA256.HashData(image.Span));
            at += image.Length;
        }

        return stream.ToArray();

        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            writer.Write(checked((ushort)bytes.Length));
            writer.Write(bytes);
        }
    }
}
