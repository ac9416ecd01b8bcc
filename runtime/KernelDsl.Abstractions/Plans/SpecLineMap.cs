using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace KernelDsl.Plans;

/// <summary>From a line on, emitted text stands for a line of the spec.</summary>
/// <param name="Line">The line of the emitted text, from 1.</param>
/// <param name="SpecLine">The line of the spec, from 1; 0 for none.</param>
public readonly record struct SpecLineStart(int Line, int SpecLine);

/// <summary>
/// Which lines of a spec the lines of an emitted text come from. It stands beside the text instead of in it (as <c>#line</c> would), so that tools can name both
/// lines, and the key of the text does not depend on the layout of the spec.
/// </summary>
/// <param name="File">The name of the spec.</param>
/// <param name="Starts">Ascending by line.</param>
public sealed record SpecLineMap(string File, ImmutableArray<SpecLineStart> Starts)
{
    /// <summary>What stands before a map in a comment of PTX, for devices that read it.</summary>
    public const string PtxMarker = "//kernel-dsl-lines ";

    /// <summary>The line of the spec; 0 for none.</summary>
    /// <param name="line">A line of the emitted text, from 1.</param>
    public int SpecLine(int line)
    {
        var (low, high) = (0, Starts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Starts[middle].Line <= line ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? 0 : Starts[low - 1].SpecLine;
    }

    /// <summary>The map as one line of text: <c>12:3 15:4</c>, a tab, and the file.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var start in Starts)
        {
            text.Append(start.Line.ToString(CultureInfo.InvariantCulture)).Append(':').Append(start.SpecLine.ToString(CultureInfo.InvariantCulture)).Append(' ');
        }

        return text.Append('\t').Append(new string(File.Where(c => !char.IsControl(c)).ToArray())).ToString();
    }

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <returns>Null when the text is no map.</returns>
    public static SpecLineMap? Parse(string text)
    {
        var tab = text.IndexOf('\t');
        if (tab < 0)
        {
            return null;
        }

        var starts = ImmutableArray.CreateBuilder<SpecLineStart>();
        foreach (var part in text.Substring(0, tab).Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split(':');
            if (pair.Length != 2 || !int.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out var line)
                || !int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var spec))
            {
                return null;
            }

            starts.Add(new SpecLineStart(line, spec));
        }

        return new SpecLineMap(text.Substring(tab + 1), starts.ToImmutable());
    }
}
