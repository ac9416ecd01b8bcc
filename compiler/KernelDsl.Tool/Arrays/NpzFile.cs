using System.IO.Compression;

namespace KernelDsl.Tool.Arrays;

/// <summary>An <c>.npz</c> file that was opened: its arrays are read one at a time.</summary>
internal sealed class NpzFile : IDisposable
{
    // Deflate makes at most 1032 bytes of one.
    private const long MaximumExpansion = 1032;

    private readonly FileStream _stream;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    private NpzFile(string path, FileStream stream, ZipArchive archive)
    {
        Path = path;
        _stream = stream;
        _archive = archive;
    }

    public string Path { get; }

    public IEnumerable<string> Keys => _entries.Keys;

    /// <exception cref="ToolException">The file is missing, unreadable, or not a zip.</exception>
    public static NpzFile Open(string path)
    {
        FileStream? stream = null;
        if (Directory.Exists(path))
        {
            throw ToolException.Failure(ToolDiagnostics.FileUnreadable, path, "it is a folder");
        }

        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var file = new NpzFile(path, stream, OpenArchive(stream));
            foreach (var entry in file._archive.Entries)
            {
                var key = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                if (!file._entries.TryAdd(key, entry))
                {
                    throw new InvalidDataException($"it holds '{key}' twice");
                }
            }

            return file;
        }
        catch (FileNotFoundException)
        {
            throw ToolException.Usage(ToolDiagnostics.FileMissing, path);
        }
        catch (DirectoryNotFoundException)
        {
            throw ToolException.Usage(ToolDiagnostics.FileMissing, path);
        }
        catch (InvalidDataException e)
        {
            stream?.Dispose();
            throw ToolException.Failure(ArgumentDiagnostics.NotAnArchive, path, e.Message.TrimEnd('.'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            throw ToolException.Failure(ToolDiagnostics.FileUnreadable, path, e.Message);
        }
    }

    private static ZipArchive OpenArchive(FileStream stream)
    {
        var start = new byte[6];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (length == 0)
        {
            throw new InvalidDataException("it is empty");
        }

        if (NpyHeader.IsMagic(start))
        {
            throw new InvalidDataException("it is a single .npy array, which has no name; write it with numpy.savez('…', name=array)");
        }

        var isZip = start[0] == 'P' && start[1] == 'K';
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException) when (!isZip)
        {
            throw new InvalidDataException("it is not a zip file");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"the zip file is cut off or broken ({e.Message.TrimEnd('.')})");
        }
    }

    public bool Contains(string key) => _entries.ContainsKey(key);

    /// <exception cref="ToolException">The array is broken.</exception>
    public NpyArray Read(string key)
    {
        var entry = _entries[key];
        try
        {
            if (entry.Length > (entry.CompressedLength * MaximumExpansion) + 4096)
            {
                throw new NpyFormatException($"it claims {entry.Length} bytes, which its {entry.CompressedLength} compressed bytes cannot hold");
            }

            using var stream = entry.Open();
            return NpyReader.Read(stream, entry.Length);
        }
        catch (Exception e) when (e is NpyFormatException or InvalidDataException or IOException or NotSupportedException or OutOfMemoryException)
        {
            throw ToolException.Failure(ArgumentDiagnostics.BadArray, key, Path, e.Message.TrimEnd('.'));
        }
    }

    public void Dispose()
    {
        _archive.Dispose();
        _stream.Dispose();
    }
}
