using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KernelDsl.Compiler.Navigation;
using KernelDsl.Compiler.Syntax.Lexing;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>The grammar for editors says of each word what the compiler says.</summary>
public sealed class GrammarTests
{
    private static readonly string s_folder = Path.Combine(LibraryFiles.Root, "editors", "vscode");
    private static readonly TextMateGrammar s_grammar = new(Path.Combine(s_folder, "syntaxes", "kdsl.tmLanguage.json"));

    [Fact]
    public void Words_are_those_of_the_compiler()
    {
        Assert.Equal(Sorted(Keywords.All.Except(["true", "false"])), Words("keywords"));
        Assert.Equal(Sorted(BuiltInNames.Constants.Concat(["true", "false"])), Words("constants"));
        Assert.Equal(Sorted(BuiltInNames.ElementTypes), Words("types"));
        Assert.Equal(Sorted(BuiltInNames.Reductions), Words("reductions"));
        Assert.Equal(Sorted(BuiltInNames.Functions), Words("functions"));
        Assert.Equal(Sorted(BuiltInNames.Formats), Words("formats"));
        Assert.Equal(Sorted(BuiltInNames.AxisForms), Words("axisForms"));
        Assert.Equal(Sorted(BuiltInNames.Directives), Words("directives"));
        Assert.Equal(Sorted(BuiltInNames.Targets.Concat(BuiltInNames.Architectures)), Words("targets"));
    }

    [Fact]
    public void Expressions_compile_and_includes_exist()
    {
        Assert.NotEmpty(s_grammar.Expressions);
        Assert.All(s_grammar.Expressions, expression => _ = new Regex(expression));
        Assert.All(s_grammar.Includes, name => Assert.True(s_grammar.Repository.ContainsKey(name), name));
    }

    [Theory]
    [InlineData("/// What.", "/// What.:comment.line.documentation")]
    [InlineData("//// What.", "//// What.:comment.line.double-slash")]
    [InlineData("let x = 1; // kernel", "// kernel:comment.line.double-slash", "let:storage.type.let", "x:variable.other.definition", "1:constant.numeric.integer")]
    [InlineData("/* fn */ fn g(x) = x;", "/* fn */:comment.block", "g:entity.name.function")]
    [InlineData("module A.B;", "module:keyword.other.module", "A.B:entity.name.namespace")]
    [InlineData("deterministic kernel f<T: f16, const D: 4>(q: T[b: B, d: D] csr, w: int = 0x1F)", "deterministic:keyword.other", "kernel:keyword.other.kernel", "f:entity.name.function.kernel", "T:variable.parameter", "f16:support.type", "const:keyword.other", "D:variable.parameter", "q:variable.parameter", "b:variable.other.property.axis", "B:variable.other", "csr:storage.modifier.format", "w:variable.parameter", "int:support.type", "0x1F:constant.numeric.hex")]
    [InlineData("-> y: T[i] like a where M <= N", "->:keyword.operator.arrow", "like:storage.modifier.format", "where:keyword.control", "<=:keyword.operator.comparison")]
    [InlineData("y = sum[j](softmax[j](s) * exp(v[g: h / 2])) else inf;", "sum:support.function.reduction", "softmax:support.function.reduction", "exp:support.function.builtin", "g:variable.other.property.axis", "else:keyword.control", "inf:constant.language")]
    [InlineData("y[u: index] max= gelu(x) as f16;", "max:keyword.operator.assignment", "gelu:entity.name.function.call", "as:keyword.control", "f16:support.type")]
    [InlineData("z: f32[gate: {input, forget}]", "gate:variable.other.property.axis", "input:variable.other.enummember", "forget:variable.other.enummember")]
    [InlineData("x: T[p: ragged(start[e: E])]", "ragged:storage.modifier.axis", "e:variable.other.property.axis")]
    [InlineData("1e-5 2.5e3 1_000", "1e-5:constant.numeric.float", "2.5e3:constant.numeric.float", "1_000:constant.numeric.integer")]
    [InlineData("example f odd { T = f16, N = 3 }", "example:keyword.other.example", "f:entity.name.function.kernel", "odd:entity.name.tag.example", "f16:support.type")]
    [InlineData("schedule f on cuda(sm_90) { tile i 64 | 128; stages 2; }", "schedule:keyword.other.schedule", "f:entity.name.function.kernel", "on:keyword.other", "cuda:constant.language.target", "sm_90:constant.language.target", "tile:keyword.other.directive", "stages:keyword.other.directive")]
    [InlineData("a && !b || ~c << 2", "&&:keyword.operator.logical", "!:keyword.operator.logical", "~:keyword.operator.bitwise", "<<:keyword.operator.bitwise")]
    [InlineData("tile = stages + summary + größe + ifx;", "tile:variable.other", "stages:variable.other", "summary:variable.other", "größe:variable.other", "ifx:variable.other")]
    public void Words_get_their_scopes(string text, params string[] expected)
    {
        var scopes = s_grammar.Scopes(text);
        foreach (var entry in expected)
        {
            var split = entry.LastIndexOf(':');
            var (word, scope) = (entry[..split], entry[(split + 1)..] + ".kdsl");
            var at = Regex.Match(text, $@"(?<![\w]){Regex.Escape(word)}").Index;
            Assert.All(Enumerable.Range(at, word.Length), i => Assert.Equal((word, scope), (word, scopes[i])));
        }
    }

    /// <summary>Every keyword, type and built-in name of the library has the scope of its kind, wherever it stands.</summary>
    [Fact]
    public void Library_is_coloured_as_the_compiler_reads_it()
    {
        var compared = 0;
        foreach (var file in LibraryFiles.All)
        {
            var text = File.ReadAllText(file);
            var scopes = s_grammar.Scopes(text);
            var index = Tool.LanguageServer.Analysis.Of(new Compiler.Text.SourceText(file, text)).Index;
            foreach (var occurrence in index.Occurrences)
            {
                var scope = occurrence.Symbols[0].Kind switch
                {
                    NavigationKind.Reduction => "support.function.reduction.kdsl",
                    NavigationKind.BuiltInFunction => "support.function.builtin.kdsl",
                    NavigationKind.ElementType => "support.type.kdsl",
                    NavigationKind.Format => "storage.modifier.format.kdsl",
                    NavigationKind.Constant => "constant.language.kdsl",
                    NavigationKind.Kernel => "entity.name.function.kernel.kdsl",
                    _ => null,
                };
                if (scope is not null)
                {
                    compared++;
                    Assert.Equal((file, occurrence.Span, scope), (file, occurrence.Span, scopes[occurrence.Span.Start]));
                }
                else
                {
                    Assert.DoesNotContain("comment", scopes[occurrence.Span.Start], StringComparison.Ordinal);
                    Assert.DoesNotContain("keyword", scopes[occurrence.Span.Start], StringComparison.Ordinal);
                }
            }
        }

        Assert.True(compared > 500, $"{compared}");
    }

    [Fact]
    public void Extension_names_files_that_exist_and_settings_that_it_reads()
    {
        var package = JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, "package.json")))!;
        var contributes = package["contributes"]!;
        string[] files = [package["main"]!.GetValue<string>(), contributes["languages"]![0]!["configuration"]!.GetValue<string>(), contributes["grammars"]![0]!["path"]!.GetValue<string>(), contributes["snippets"]![0]!["path"]!.GetValue<string>()];
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(s_folder, file)), file));
        Assert.Contains("'server.path'", File.ReadAllText(Path.Combine(s_folder, "extension.js")), StringComparison.Ordinal);
        Assert.NotNull(contributes["configuration"]!["properties"]!["kdsl.server.path"]);
    }

    /// <summary>The words of all lists <c>(a|b|c)</c> of a rule.</summary>
    private static string[] Words(string rule)
        => Sorted(Regex.Matches(s_grammar.Repository[rule]!.ToJsonString(), @"\(([a-z0-9_]+(?:\|[a-z0-9_]+)*)\)").SelectMany(list => list.Groups[1].Value.Split('|')));

    private static string[] Sorted(IEnumerable<string> words) => [.. words.Order(StringComparer.Ordinal)];
}
