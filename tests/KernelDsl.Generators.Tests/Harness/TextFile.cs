using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace KernelDsl.Generators.Tests.Harness;

/// <summary>A file of a project that was read.</summary>
internal sealed class TextFile(string path, string text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
}
