using System.Globalization;
using System.Text;

namespace KernelDsl.Profiling.Pages;

/// <summary>A report as plain tables for a terminal.</summary>
public static class ProfileText
{
    /// <summary>The text, with a line end after each line.</summary>
    /// <param name="report">What it shows.</param>
    public static string Write(ProfileReport report)
    {
        var text = new StringBuilder();
        text.Append("Profile of ").Append(Clean(report.Counters.Kernel)).Append('\n').Append(ProfileReport.Honesty).Append('\n');
        foreach (var note in report.Notes)
        {
            text.Append(Clean(note)).Append('\n');
        }

        Write(text, ReportTables.Summary(report));
        Write(text, ReportTables.Launch(report));
        Write(text, ReportTables.Mix(report));
        foreach (var gpu in report.Gpus.Where(gpu => gpu.Sass is not null))
        {
            text.Append(MachineCode(gpu)).Append('\n');
        }

        Write(text, ReportTables.Global(report));
        Write(text, ReportTables.Shared(report));
        Write(text, ReportTables.Caches(report));
        Write(text, ReportTables.Occupancies(report));
        foreach (var gpu in report.Gpus.Where(gpu => gpu.Bound is not null))
        {
            Write(text, ReportTables.Terms(gpu));
        }

        return text.ToString();
    }

    /// <summary>How well machine code and PTX fit together.</summary>
    internal static string MachineCode(GpuProfile gpu)
        => $"SASS {gpu.Gpu.Architecture}: {Numbers.Count(gpu.Sass!.WarpInstructions)} warp instructions; {gpu.Sass.Unplaced} of {gpu.Sass.Instructions.Length} instructions have no "
            + $"counted PTX line, {gpu.Sass.SlowPath} in slow paths are taken as not executed, {gpu.Sass.DuplicatedLines} PTX lines have several copies.";

    private static void Write(StringBuilder text, ReportTable table)
    {
        var widths = table.Columns.Select((column, i) => table.Rows.Select(row => Clean(row[i]).Length).Append(column.Title.Length).Max()).ToArray();
        text.Append('\n').Append(Clean(table.Title)).Append('\n');
        Line([.. table.Columns.Select(column => column.Title)]);
        Line([.. widths.Select(width => new string('-', width))]);
        foreach (var row in table.Rows)
        {
            Line([.. row.Select(Clean)]);
        }

        if (table.Note is not null)
        {
            text.Append(Clean(table.Note)).Append('\n');
        }

        void Line(string[] cells)
        {
            var line = string.Join("  ", cells.Select((cell, i) => table.Columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }
    }

    // A name must not steer the terminal, nor turn the direction of the text.
    private static string Clean(string text)
        => string.Concat(text.Select(character => char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format ? '\uFFFD' : character));
}
