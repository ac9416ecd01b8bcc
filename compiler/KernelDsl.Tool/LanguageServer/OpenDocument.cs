using System.Text.Json;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer;

/// <summary>A text as the editor has it, and what the compiler makes of it.</summary>
internal sealed class OpenDocument(string uri, int version, string text)
{
    private Analysis? _analysis;

    public string Uri { get; } = uri;

    public int Version { get; private set; } = version;

    public SourceText Source { get; private set; } = new(uri, text);

    /// <summary>Made when it is first asked for, once for each version.</summary>
    public Analysis Analysis => _analysis ??= Analysis.Of(Source);

    /// <summary>Applies changes in their order; each speaks of the text after those before it.</summary>
    /// <exception cref="RpcException">A change is not well formed; the text is then as before all of them.</exception>
    public void Change(int version, JsonElement changes)
    {
        var source = Source;
        foreach (var change in changes.EnumerateArray())
        {
            var text = change.String("text");
            if (change.Find("range") is { } range)
            {
                var span = Positions.ReadRange(source, range);
                text = string.Concat(source.Text.AsSpan(0, span.Start), text, source.Text.AsSpan(span.End));
            }

            source = new SourceText(Uri, text);
        }

        Version = version;
        Source = source;
        _analysis = null;
    }
}

/// <summary>One version of a text, compiled and indexed.</summary>
internal sealed record Analysis(KernelCompilation Compilation, SymbolIndex Index)
{
    public SourceText Source => Compilation.Source;

    public static Analysis Of(SourceText source)
    {
        var compilation = KernelCompilation.Create(source);
        return new Analysis(compilation, SymbolIndex.Of(compilation.Syntax, compilation.Module));
    }
}
