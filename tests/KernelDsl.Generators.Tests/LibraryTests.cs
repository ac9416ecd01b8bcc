using KernelDsl.Generators.Tests.Harness;

namespace KernelDsl.Generators.Tests;

/// <summary>Every kernel of the library becomes a class that compiles without a warning.</summary>
public sealed class LibraryTests
{
    [Theory]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.CSharp13)]
    [InlineData(LanguageVersion.Latest)]
    public void Library_compiles_without_a_warning(LanguageVersion language)
    {
        var run = (Project.With([.. LibrarySpecs.All]) with { Language = language }).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Problems);
        var kernels = LibrarySpecs.All.Sum(spec => Compiler.KernelCompilation.Create(new Compiler.Text.SourceText(spec.Path, spec.Text)).Module.Kernels.Length);
        Assert.Equal(2 * kernels, run.Hints.Count());
        Assert.Equal(kernels, run.Classes.Count(c => c.AttributeLists.Count > 0));
    }
}
