using System.IO.Compression;

namespace KernelDsl.Tool.Arrays;

internal static class NpzWriter
{
    /// <summary>Writes all arrays to a new file beside the target and renames it, so that nothing half-written is left.</summary>
    /// <exception cref="ToolException">The place cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NpyArray>> arrays)
        => AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (key, array) in arrays)
            {
                // Stored, as numpy.savez does: float data hardly shrinks.
                using var entry = archive.CreateEntry(key + ".npy", CompressionLevel.NoCompression).Open();
                entry.Write(NpyHeader.Write(array.Type, array.Shape));
                entry.Write(array.Data);
            }
        });
}
