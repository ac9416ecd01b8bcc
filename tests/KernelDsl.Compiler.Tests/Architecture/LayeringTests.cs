using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KernelDsl.Compiler.Tests.Architecture;

/// <summary>The rules of <c>docs/codebase.md</c> that a compiler cannot check.</summary>
public sealed class LayeringTests
{
    /// <summary>Each phase may use itself and those before it.</summary>
    private static readonly string[] s_phases = ["Text", "Diagnostics", "Syntax", "Binding", "Navigation", "Reference", "Equations", "Tiles", "Scheduling", "Emission"];

    [Fact]
    public void Phases_use_only_the_phases_before_them()
    {
        var wrong = new List<string>();
        foreach (var (phase, file, text) in Sources())
        {
            foreach (Match use in Regex.Matches(text, @"^using KernelDsl\.Compiler\.(\w+)", RegexOptions.Multiline))
            {
                if (Array.IndexOf(s_phases, use.Groups[1].Value) > Array.IndexOf(s_phases, phase))
                {
                    wrong.Add($"{file} uses {use.Groups[1].Value}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_reference_does_not_share_the_schedules_normal_form()
        => Assert.DoesNotContain(Sources(), source => source.Phase == "Reference" && Regex.IsMatch(source.Text, @"KernelDsl\.Compiler\.(Equations|Tiles|Scheduling)"));

    [Fact]
    public void The_compiler_does_no_input_or_output_and_calls_no_native_code()
    {
        var banned = new Regex(@"System\.IO\b|\bFile\.|\bDirectory\.|System\.Diagnostics\.Process|DllImport|LibraryImport|Environment\.GetEnvironmentVariable|\bConsole\.|System\.Net\b");
        Assert.DoesNotContain(Sources(), source => banned.IsMatch(source.Text));
    }

    [Fact]
    public void Files_are_short()
    {
        var root = Path.Combine(Root(), "..", "..");
        var folders = new[] { "compiler", "runtime", "generators", "tests", "bench", "kernels" };
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)).Where(IsHandWritten);
        Assert.DoesNotContain(files.Select(file => (Name: Path.GetRelativePath(root, file), Lines: File.ReadLines(file).Count())), file => file.Lines > 500);
    }

    private static bool IsHandWritten(string file)
        => !file.Contains($"{Path.DirectorySeparatorChar}Generated{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static IEnumerable<(string Phase, string File, string Text)> Sources()
    {
        var root = Root();
        foreach (var phase in s_phases)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, phase), "*.cs", SearchOption.AllDirectories).Where(IsHandWritten))
            {
                yield return (phase, Path.GetRelativePath(root, file), File.ReadAllText(file));
            }
        }
    }

    private static string Root([CallerFilePath] string here = "")
        => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "compiler", "KernelDsl.Compiler"));
}
