using System.Globalization;
using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>The same project gives the same text, wherever and however it is compiled.</summary>
public sealed class DeterminismTests
{
    private static readonly Project s_project = Project.With([.. LibrarySpecs.All]);

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void Culture_makes_no_difference(string culture)
    {
        var expected = Texts(s_project);
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal("1,5", 1.5.ToString(CultureInfo.CurrentCulture));
            Assert.Equal(expected, Texts(s_project));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
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
