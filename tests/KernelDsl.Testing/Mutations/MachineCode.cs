using System.Diagnostics;
using System.Text.RegularExpressions;

namespace KernelDsl.Testing.Mutations;

/// <summary>
/// What <c>ptxas</c> makes of PTX. Two texts with the same machine code are the same program, whatever the texts look like: the one rule about equal mutants
/// that needs no judgement.
/// </summary>
internal static partial class MachineCode
{
    private static readonly Lazy<string?> s_ptxas = new(Find);

    public static bool IsAvailable => s_ptxas.Value is not null;

    /// <summary>The cubin of a text without its line information; null where the text is refused.</summary>
    /// <exception cref="InvalidOperationException">There is no ptxas.</exception>
    public static byte[]? Of(string ptx, string architecture)
    {
        var file = s_ptxas.Value ?? throw new InvalidOperationException("There is no ptxas on the path or under .tools.");
        var folder = Directory.CreateTempSubdirectory("kdsl-ptx-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.ptx"), WithoutLines(ptx));
            using var process = Process.Start(new ProcessStartInfo(file, ["-arch", architecture, "-o", "a.cubin", "a.ptx"])
            {
                WorkingDirectory = folder.FullName, RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? File.ReadAllBytes(Path.Combine(folder.FullName, "a.cubin")) : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The statements of PTX: no comments, no places of the source.</summary>
    public static string WithoutLines(string ptx)
    {
        var end = ptx.IndexOf("\n\t.section", StringComparison.Ordinal);
        return Places().Replace(end < 0 ? ptx : ptx[..end], "");
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, ".tools", "nvrtc", "usr", "bin"));
        }

        return folders.Select(folder => Path.Combine(folder, "ptxas")).FirstOrDefault(File.Exists);
    }

    [GeneratedRegex(@"^\s*(?:\.loc|\.file)\s.*$|//.*$", RegexOptions.Multiline)]
    private static partial Regex Places();
}
