using System.Runtime.CompilerServices;
using System.Text;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Diagnostics;

/// <summary>docs/diagnostics.md is written from the catalogue and the specs that must fail. <c>KDSL_UPDATE_BASELINES=1</c> writes it again.</summary>
public sealed class DiagnosticPageTests
{
    private static readonly ImmutableArray<(char Digit, string Title)> s_chapters =
    [
        ('1', "Syntax"), ('2', "Names, axes and domains"), ('3', "Types, extents and examples"), ('4', "Schedules"), ('6', "Advice"),
        ('5', "Targets and devices"), ('7', "Files and command lines"), ('8', "Arguments of a call"), ('9', "Tuning"), ('0', "Internal"),
    ];

    [Fact]
    public void Page_of_diagnostics_is_what_the_catalogue_and_the_specs_say() => Baseline.VerifyFile(Path.Combine(Here(), "..", "..", "..", "docs", "diagnostics.md"), Write());

    [Fact]
    public void Every_id_belongs_to_a_chapter_and_is_there_once()
    {
        var all = DiagnosticCatalogue.All;
        Assert.Equal(all.Length, all.Select(d => d.Id).Distinct().Count());
        Assert.All(all, d => Assert.Contains(s_chapters, chapter => chapter.Digit == d.Id[2]));
        Assert.All(all, d => Assert.False(string.IsNullOrWhiteSpace(d.Help), d.Id));
    }

    private static string Write()
    {
        var page = new StringBuilder("# Diagnostics\n\n");
        page.Append("Every diagnostic by its id: what it says, an example that causes it, and what to do. `kdsl explain KD2003` prints the same.\n");
        page.Append("The `{0}` of a message are names, sizes and texts of the spec. Written by a test from the catalogue; do not edit.\n");
        foreach (var (digit, title) in s_chapters)
        {
            var descriptors = DiagnosticCatalogue.All.Where(d => d.Id[2] == digit).OrderBy(d => d.Id, StringComparer.Ordinal).ToArray();
            if (descriptors.Length > 0)
            {
                page.Append($"\n## KD{digit}xxx: {title}\n");
                Array.ForEach(descriptors, descriptor => Append(page, descriptor));
            }
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, DiagnosticDescriptor descriptor)
    {
        page.Append($"\n### {descriptor.Id}: {descriptor.Title}\n\n");
        page.Append($"{(descriptor.Severity == DiagnosticSeverity.Error ? "Error" : descriptor.Severity.ToString())}: `` {descriptor.MessageFormat.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal)} ``\n");
        if (Example(descriptor.Id) is { } example)
        {
            page.Append("\n```\n").Append(example).Append("```\n");
        }

        page.Append('\n').Append(descriptor.Help).Append('\n');
    }

    /// <summary>The first short spec with the marked text underlined and what is said about it.</summary>
    private static string? Example(string id)
    {
        var marked = MustFailSpecs.All.Where(spec => spec.Id == id && spec.Marked.Length < 200 && spec.Marked.All(c => c is '\n' or (>= ' ' and <= '~'))).Select(spec => spec.Marked).FirstOrDefault();
        if (marked is null)
        {
            return null;
        }

        var spec = MarkedText.Parse(marked);
        var source = new SourceText("example.kdsl", spec.Text);
        var diagnostic = KernelCompilation.Create(source).Diagnostics.First(d => d.Id == id);
        var position = source.PositionOf(spec.Span.Start);
        var lines = spec.Text.Split('\n').ToList();
        lines.Insert(position.Line, new string(' ', position.Column - 1) + new string('^', Math.Clamp(spec.Span.Length, 1, 100)));
        return string.Join("\n", lines) + "\n" + diagnostic + "\n";
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
