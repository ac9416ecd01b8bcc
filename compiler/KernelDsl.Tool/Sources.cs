using System.Text;

namespace KernelDsl.Tool;

/// <summary>Finds and reads specs.</summary>
internal static class Sources
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The files; a folder stands for all specs below it, in the order of their names.</summary>
    /// <exception cref="ToolException">A path does not exist, or a folder has no spec.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(File.Exists(path) ? path : throw ToolException.Usage(ToolDiagnostics.FileMissing, path));
                continue;
            }

            try
            {
                var found = Directory.EnumerateFiles(path, "*.kdsl", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                    .Order(StringComparer.Ordinal).ToArray();
                files.AddRange(found.Length > 0 ? found : throw ToolException.Usage(ToolDiagnostics.NoSpecs, path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw ToolException.Failure(ToolDiagnostics.FileUnreadable, path, e.Message);
            }
        }

        return files;
    }

    /// <exception cref="ToolException">The file is missing, unreadable, too large, or not UTF-8.</exception>
    public static SourceText Read(string path)
    {
        if (!File.Exists(path))
        {
            throw Directory.Exists(path)
                ? ToolException.Usage(ToolDiagnostics.FileUnreadable, path, "it is a folder")
                : ToolException.Usage(ToolDiagnostics.FileMissing, path);
        }

        try
        {
            if (new FileInfo(path).Length > 64 * 1024 * 1024)
            {
                throw new IOException("it is larger than 64 MiB");
            }

            var bytes = File.ReadAllBytes(path);
            var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return new SourceText(path, s_strict.GetString(bytes, start, bytes.Length - start));
        }
        catch (DecoderFallbackException)
        {
            throw ToolException.Failure(ToolDiagnostics.FileUnreadable, path, "it is not UTF-8 text");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToolException.Failure(ToolDiagnostics.FileUnreadable, path, e.Message);
        }
    }
}
