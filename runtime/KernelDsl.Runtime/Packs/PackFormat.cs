namespace KernelDsl.Runtime.Packs;

/// <summary>
/// The layout of a pack; all numbers are little-endian.
/// <code>
/// 0   magic "KDSLPACK"
/// 8   u32 format version
/// 12  u32 length of the header with its index, from 0 to where the index ends
/// 16  SHA-256 of the bytes from 48 to the end of the index
/// 48  u64 length of the whole pack
/// 56  u32 number of images
/// 60  compiler version, NVRTC version: each u16 length and UTF-8
///     per image, in the order of the keys: text key, consts, architecture, kind (each u16 length and UTF-8), u64 offset, u64 length, SHA-256 of the image
///     images, each at the next multiple of 16, with zeros between
/// </code>
/// </summary>
internal static class PackFormat
{
    public const uint Version = 1;
    public const int VersionAt = 8;
    public const int HeaderLengthAt = 12;
    public const int HashAt = 16;
    public const int HashLength = 32;
    public const int HashedStart = HashAt + HashLength;
    public const int TotalAt = HashedStart;
    public const int CountAt = TotalAt + 8;
    public const int FixedLength = CountAt + 4;
    public const int Alignment = 16;

    // Far above any real index, and what a foreign file can make a reader take at most.
    public const uint MaximumHeader = 64 * 1024 * 1024;

    /// <summary>Four empty texts, offset, length and checksum.</summary>
    public const int SmallestEntry = (4 * 2) + 8 + 8 + HashLength;

    public static ReadOnlySpan<byte> Magic => "KDSLPACK"u8;

    public static long Align(long offset) => (offset + Alignment - 1) & -Alignment;
}
