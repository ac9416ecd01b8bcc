using KernelDsl.Compiler.Text;

namespace KernelDsl.Testing;

/// <summary>A text with marked spans, such as <c>y = sum[j](a * [|q|])</c>, without the marks.</summary>
/// <param name="Text">The text without marks.</param>
/// <param name="Spans">The marked spans in the order of their starts.</param>
public sealed record MarkedText(string Text, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>The only marked span.</summary>
    public TextSpan Span => Spans.Count == 1 ? Spans[0] : throw new InvalidOperationException($"The text has {Spans.Count} marked spans.");

    /// <summary>Takes the marks <c>[|</c> and <c>|]</c> out of a text.</summary>
    public static MarkedText Parse(string marked)
    {
        var text = new System.Text.StringBuilder();
        var open = new Stack<int>();
        var spans = new List<TextSpan>();
        for (var i = 0; i < marked.Length; i++)
        {
            if (marked.AsSpan(i).StartsWith("[|"))
            {
                open.Push(text.Length);
                i++;
            }
            else if (marked.AsSpan(i).StartsWith("|]"))
            {
                var start = open.Count > 0 ? open.Pop() : throw new FormatException($"'|]' at {i} closes no mark.");
                spans.Add(TextSpan.FromBounds(start, text.Length));
                i++;
            }
            else
            {
                text.Append(marked[i]);
            }
        }

        return open.Count == 0
            ? new MarkedText(text.ToString(), [.. spans.OrderBy(s => s.Start).ThenBy(s => s.Length)])
            : throw new FormatException("A mark '[|' is not closed.");
    }
}
