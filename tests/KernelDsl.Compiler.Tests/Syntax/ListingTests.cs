using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;
using KernelDsl.Testing;

namespace KernelDsl.Compiler.Tests.Syntax;

public sealed class ListingTests
{
    public static TheoryData<string> Listings => [.. CorpusFiles.In(CorpusFiles.Listings).Select(p => Path.GetFileNameWithoutExtension(p))];

    [Theory]
    [MemberData(nameof(Listings))]
    public void Listing_is_parsed_into_the_agreed_tree(string name)
    {
        var parsed = Parsed.Of(new SourceText(name, File.ReadAllText(Path.Combine(CorpusFiles.Listings, name + ".kdsl"))));
        Assert.Empty(parsed.Diagnostics);
        Baseline.Verify("Baselines", name + ".syntax", SyntaxDump.Of(parsed.Module));
    }

    [Fact]
    public void Every_spec_of_the_corpus_is_parsed_without_errors()
    {
        foreach (var path in CorpusFiles.All)
        {
            Assert.Empty(Parsed.Of(new SourceText(path, File.ReadAllText(path))).Diagnostics);
        }
    }
}
