using System.Globalization;
using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>The same project gives the same text, wherever and however it is compiled.</summary>
public sealed class DeterminismTests
{
    private static readonly Project s_project = Project.With([.. LibrarySpecs.All]);

    /// <summary>Numbers as no text of ours may have them. A culture of its own, so that the machine needs no data of cultures.</summary>
    [Fact]
    public void Culture_makes_no_difference()
    {
        var expected = Texts(s_project);
        var before = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (odd.NumberFormat.NumberDecimalSeparator, odd.NumberFormat.NegativeSign, odd.NumberFormat.NumberGroupSeparator) = (",", "~", ".");
        CultureInfo.CurrentCulture = odd;
        try
        {
            Assert.Equal("~1,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            Assert.Equal(expected, Texts(s_project));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Turkish has two letters i: what is made of names must say in which language.</summary>
    [Fact]
    public void No_text_changes_case_in_the_language_of_the_machine()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));
        ReadOnlySpan<string> folders = ["compiler/KernelDsl.Compiler", "generators/KernelDsl.Generators", "runtime/KernelDsl.Abstractions"];
        var files = folders.ToArray().SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)).ToArray();
        Assert.True(files.Length > 150);
        Assert.DoesNotContain(files, file => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"\.To(Lower|Upper)\(|CurrentCulture"));

        static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
    }

    [Fact]
    public void Line_endings_make_no_difference()
        => Assert.Equal(Texts(s_project), Texts(Project.With([.. LibrarySpecs.All.Select(spec => (spec.Path, spec.Text.Replace("\n", "\r\n", StringComparison.Ordinal)))])));

    [Fact]
    public void Order_of_files_makes_no_difference()
        => Assert.Equal(Texts(s_project), Texts(s_project with { Specs = [.. s_project.Specs.Reverse()] }));

    [Fact]
    public void Text_has_no_carriage_returns_and_names_no_folder_but_in_line_directives()
    {
        foreach (var (hint, text) in Texts(s_project))
        {
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotContain(text.Split('\n'), line => line.Contains(Project.Folder, StringComparison.Ordinal) && !line.StartsWith("#line (", StringComparison.Ordinal));
            Assert.DoesNotContain("../", hint, StringComparison.Ordinal);
        }
    }

    private static (string, string)[] Texts(Project project)
        => [.. project.Run().Result.GeneratedSources.OrderBy(source => source.HintName, StringComparer.Ordinal).Select(source => (source.HintName, source.SourceText.ToString()))];
}
