using KernelDsl.Compiler.Text;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>Collects which lines of the spec the emitted lines come from.</summary>
internal sealed class SpecLines(SourceText source)
{
    private readonly ImmutableArray<SpecLineStart>.Builder _starts = ImmutableArray.CreateBuilder<SpecLineStart>();

    /// <summary>What is written from a line on comes from a place of the spec; without a place nothing changes.</summary>
    public void Mark(int line, TextSpan? span)
    {
        if (span is not { } place)
        {
            return;
        }

        var start = new SpecLineStart(line, source.PositionOf(place.Start).Line);
        if (_starts.Count > 0 && _starts[_starts.Count - 1].Line == line)
        {
            _starts[_starts.Count - 1] = start;
        }
        else if (_starts.Count == 0 || _starts[_starts.Count - 1].SpecLine != start.SpecLine)
        {
            _starts.Add(start);
        }
    }

    /// <summary>The map of the text, before which other lines stand.</summary>
    public SpecLineMap ToMap(int linesBefore)
        => new(source.Path, _starts.Select(start => start with { Line = start.Line + linesBefore }).ToImmutableArray());
}
