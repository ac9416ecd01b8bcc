using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KernelDsl.Runtime.Caching;

/// <summary>
/// One image in a file: magic "KDSLIMG1", the key's hash, the length of the image, the SHA-256 of the image, the image. The key is inside too, so that a file
/// under a wrong name is not taken.
/// </summary>
internal static class CacheEntryFile
{
    public const int HeaderLength = 8 + 32 + 8 + 32;
    public const string Extension = ".kdslimage";
    public const string TemporaryExtension = ".tmp";

    private static ReadOnlySpan<byte> Magic => "KDSLIMG1"u8;

    /// <summary>The image, or null with the reason when the file is damaged.</summary>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static byte[]? Read(string path, ReadOnlySpan<byte> keyHash, out string reason)
    {
        // Others may remove or replace it meanwhile; who has it open still reads what it was.
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (length < HeaderLength || ReadAll(handle, header, 0) < HeaderLength || !header.StartsWith(Magic) || !header.Slice(8, 32).SequenceEqual(keyHash))
        {
            reason = "its header is wrong";
            return null;
        }

        var size = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        if (size != (ulong)(length - HeaderLength) || size > (ulong)Array.MaxLength)
        {
            reason = $"it should have {size} bytes and has {length - HeaderLength}";
            return null;
        }

        var image = new byte[size];
        if (ReadAll(handle, image, HeaderLength) < image.Length || !SHA256.HashData(image).AsSpan().SequenceEqual(header[48..]))
        {
            reason = "its checksum is wrong";
            return null;
        }

        reason = "";
        return image;
    }

    /// <summary>Writes under another name in the same folder, then renames: readers see the whole file or none.</summary>
    /// <exception cref="IOException">The disk does not take it; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> keyHash, ReadOnlySpan<byte> image)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        keyHash.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)image.Length);
        SHA256.HashData(image, header[48..]);
        var temporary = $"{path[..^Extension.Length]}.{Guid.NewGuid():N}{TemporaryExtension}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(header);
                stream.Write(image);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    public static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int ReadAll(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> destination, long offset)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var count = RandomAccess.Read(handle, destination[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
