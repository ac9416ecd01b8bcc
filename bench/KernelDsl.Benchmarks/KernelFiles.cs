using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KernelDsl.Benchmarks;

/// <summary>Texts to measure with: the kernels of the library, repeated under new names until there are enough.</summary>
internal static class KernelFiles
{
    public static string Library([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "kernels", "KernelDsl.Kernels"));

    public static string WithKernels(int count)
    {
        var kernels = new List<string>();
        var functions = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Library(), "*.kdsl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            kernels.AddRange(Regex.Matches(text, @"^(deterministic )?kernel .*?^\}|^(deterministic )?kernel .*\}[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Value));
            functions.AddRange(Regex.Matches(text, @"^fn .*?;[ \t]*(//.*)?$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Value));
        }

        var unique = functions.GroupBy(f => Regex.Match(f, @"fn (\w+)").Groups[1].Value).Select(group => group.First());
        var repeated = Enumerable.Range(0, count).Select(i => Regex.Replace(kernels[i % kernels.Count], @"kernel (\w+)", $"kernel $1_{i}"));
        return string.Join("\n\n", unique.Concat(repeated)) + "\n";
    }
}
