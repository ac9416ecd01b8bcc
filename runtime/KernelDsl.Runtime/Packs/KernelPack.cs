using System.Reflection;
using System.Security.Cryptography;

namespace KernelDsl.Runtime.Packs;

/// <summary>Kernels that were compiled with the project: PTX and machine code for the architectures that it names. Can be used from several threads.</summary>
public sealed class KernelPack
{
    /// <summary>The name of the resource that holds the pack of an assembly.</summary>
    public const string ResourceName = "KernelDsl.kdslpack";

    private readonly PackData _data;
    private readonly PackIndex _index;

    private KernelPack(string name, PackData data)
    {
        Name = name;
        _data = data;
        _index = PackIndexReader.Read(data, name);
    }

    /// <summary>The assembly or file, for messages.</summary>
    public string Name { get; }

    /// <summary>The version of KernelDsl that made it.</summary>
    public string CompilerVersion => _index.CompilerVersion;

    /// <summary>The version of NVRTC that made the images, such as 12.4.</summary>
    public string NvrtcVersion => _index.NvrtcVersion;

    /// <summary>What it holds, in order.</summary>
    public IEnumerable<KernelImageKey> Keys => _index.Entries.Select(entry => entry.Key);

    /// <summary>The pack of an assembly, or null when it has none. Images stay in the assembly until they are asked for.</summary>
    /// <exception cref="KernelPackException">The assembly has a resource of that name that is no pack this version reads.</exception>
    public static KernelPack? Open(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var stream = assembly.GetManifestResourceStream(ResourceName);
        return stream is null ? null : new KernelPack(assembly.GetName().Name ?? "assembly", new StreamPackData(stream));
    }

    /// <summary>Reads a pack to its end; the stream can be closed afterwards.</summary>
    /// <param name="stream">The bytes of the pack, from the present position.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="KernelPackException">It is no pack, of another version of the format, or damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static KernelPack Read(Stream stream, string name = "pack")
    {
        ArgumentNullException.ThrowIfNull(stream);

        // It grows with what is really there, so that no size in a damaged file is believed.
        var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return new KernelPack(name, new MemoryPackData(buffer.GetBuffer().AsMemory(0, (int)buffer.Length)));
    }

    /// <summary>Finds an image.</summary>
    /// <param name="key">What it was made from and for.</param>
    /// <param name="image">A copy of the image, checked.</param>
    /// <exception cref="KernelPackException">The image is damaged.</exception>
    public bool TryFind(KernelImageKey key, out ReadOnlyMemory<byte> image)
    {
        image = default;
        if (!TryFindEntry(key, out var entry))
        {
            return false;
        }

        var bytes = new byte[entry.Length];
        _data.Read(entry.Offset, bytes);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(entry.Hash.AsSpan()))
        {
            throw new KernelPackException(RuntimeDiagnostics.PackDamaged, Name, $"the checksum of the image for {key.Architecture} ({key.Kind}) is wrong");
        }

        image = bytes;
        return true;
    }

    /// <summary>Whether it has an image, without reading it.</summary>
    public bool Contains(KernelImageKey key) => TryFindEntry(key, out _);

    private bool TryFindEntry(KernelImageKey key, out PackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (low, high) = (0, _index.Entries.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            entry = _index.Entries[middle];
            var order = entry.Key.CompareTo(key);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        entry = default;
        return false;
    }
}
