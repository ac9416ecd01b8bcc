using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Emission.CSharp;

/// <summary>
/// Writes <c>#line</c> spans. A directive places one line, so what comes from one place in the spec stands on one line, and a line that grows long gets its
/// directive again.
/// </summary>
internal sealed class SourcePlaces(CodeWriter writer, SourceText source)
{
    // Everything that starts before this column of a line belongs to the whole span.
    private const int Column = 9999;
    private const int LongLine = 1000;

    private readonly string _path = new(source.Path.Where(c => c != '"' && !char.IsControl(c)).ToArray());
    private TextSpan? _current;

    /// <summary>What follows comes from a place of the spec, or from none.</summary>
    public void Mark(TextSpan? span)
    {
        if (span is not { } place)
        {
            Leave();
        }
        else if (_current != place || writer.OpenLength > LongLine)
        {
            // The span ends after its last character, and a directive's text has no escapes.
            var first = source.PositionOf(place.Start);
            var last = source.PositionOf(Math.Max(place.Start, place.End - 1));
            writer.Join(false);
            writer.Directive($"#line ({first.Line},{Cut(first.Column)})-({last.Line},{Cut(last.Column + 1)}) {Column} \"{_path}\"");
            writer.Join(true);
            _current = place;
        }
    }

    // The compiler knows no columns after this one.
    private static int Cut(int column) => Math.Min(column, 65536);

    private void Leave()
    {
        if (_current is not null)
        {
            writer.Join(false);
            writer.Directive("#line default");
            _current = null;
        }
    }
}
