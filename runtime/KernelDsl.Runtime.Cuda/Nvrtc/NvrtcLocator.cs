using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Where NVRTC may be, in the order of preference. Takes the environment as data, so that the order can be tested.</summary>
internal sealed class NvrtcLocator(Func<string, string?> environment, string baseDirectory)
{
    private static readonly string[] s_unixNames = ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"];
    private static readonly string[] s_windowsNames = ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"];
    private static readonly string[] s_subfolders = ["", "lib64", "lib", "bin", "bin/x64", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];

    public static string[] Names => OperatingSystem.IsWindows() ? s_windowsNames : s_unixNames;

    /// <summary>Folders or files, each with its reason. When KDSL_NVRTC is set it is the only one: a wish that fails should be seen to fail.</summary>
    public IEnumerable<(string Source, string Path)> Paths()
    {
        if (environment("KDSL_NVRTC") is { Length: > 0 } wish)
        {
            yield return ("KDSL_NVRTC, so nothing else is looked at", wish);
            yield break;
        }

        // Upward from the program and not from the working directory, where a stranger could have put a library.
        for (var folder = new DirectoryInfo(baseDirectory); folder is not null; folder = folder.Parent)
        {
            var tools = Path.Combine(folder.FullName, ".tools", "nvrtc");
            if (Directory.Exists(tools))
            {
                yield return ("unpacked by " + NvrtcProbe.InstallCommand, tools);
                break;
            }

            if (folder.Parent is null || File.Exists(Path.Combine(folder.FullName, "KernelDsl.sln")))
            {
                yield return ("place of " + NvrtcProbe.InstallCommand, tools);
                break;
            }
        }

        foreach (var variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (environment(variable) is { Length: > 0 } root)
            {
                yield return (variable, root);
            }
        }

        if (!OperatingSystem.IsWindows())
        {
            foreach (var folder in FoldersLike("/usr/local", "cuda*"))
            {
                yield return ("CUDA toolkit", folder);
            }
        }
    }

    /// <summary>The library files in a folder, newest first; a file stands for itself.</summary>
    public static IEnumerable<string> LibrariesAt(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        return from sub in s_subfolders
               let folder = Path.Combine(path, sub)
               where Directory.Exists(folder)
               from name in Names
               let file = Path.Combine(folder, name)
               where File.Exists(file)
               select file;
    }

    /// <summary>
    /// NVRTC opens its built-in headers by name at the first compile, which the loader only finds when they are on its path or already loaded.
    /// </summary>
    public static void PreloadBuiltins(string library)
    {
        if (Path.GetDirectoryName(library) is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, OperatingSystem.IsWindows() ? "nvrtc-builtins64_*.dll" : "libnvrtc-builtins.so*"))
        {
            NativeLibrary.TryLoad(file, out _);
        }
    }

    private static IEnumerable<string> FoldersLike(string parent, string pattern)
    {
        try
        {
            return Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern).OrderBy(name => name.Length).ThenByDescending(name => name, StringComparer.Ordinal) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
