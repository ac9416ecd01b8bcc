namespace KernelDsl.Tool;

/// <summary>Files appear whole or not at all.</summary>
internal static class AtomicFile
{
    /// <exception cref="ToolException">The place cannot be written; nothing is left there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            if (path.Length == 0)
            {
                throw new IOException("the name is empty");
            }

            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder");
            }

            if (Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
            {
                // A device is written to; to rename a file over it would replace it.
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                using var whole = new MemoryStream();
                write(whole);
                whole.WriteTo(device);
                return;
            }

            // A link is followed, so that the file it names is replaced and the link stays.
            var target = new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            var folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
            {
                throw new IOException(File.Exists(folder) ? $"'{folder}' is not a folder" : $"the folder '{folder}' does not exist");
            }

            // Named on its own: a name that is as long as names can be has no room for more.
            temporary = Path.Combine(folder, $".kdsl-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.tmp");
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw ToolException.Failure(ToolDiagnostics.CannotWrite, path, temporary is null ? e.Message : e.Message.Replace(temporary, path, StringComparison.Ordinal).TrimEnd('.'));
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <summary>Removes a file; that there is none is as good.</summary>
    /// <exception cref="ToolException">It cannot be removed.</exception>
    public static void Delete(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToolException.Failure(ToolDiagnostics.CannotWrite, path, e.Message);
        }
    }

    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void TryDelete(string? path)
    {
        try
        {
            if (path is not null && File.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first problem is the one to report.
        }
    }
}
