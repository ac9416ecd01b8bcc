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
        text.Append("Profile of ").Append(Clean(report.Name)).Append('\n').Append(ProfileReport.Honesty).Append('\n');
        foreach (var note in report.Notes)
        {
            text.Append(Clean(note)).Append('\n');
        }

        Write(text, ReportTables.Overview(report));
        foreach (var stage in report.Stages)
        {
            text.Append('\n').Append("== ").Append(Clean(stage.Counters.Kernel)).Append('\n');
            Write(text, stage);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, StageProfile stage)
    {
        Write(text, ReportTables.Summary(stage));
        Write(text, ReportTables.Launch(stage));
        Write(text, ReportTables.Mix(stage));
        foreach (var gpu in stage.Gpus.Where(gpu => gpu.Sass is not null))
        {
            text.Append(MachineCode(gpu)).Append('\n');
        }

        Write(text, ReportTables.Global(stage));
        Write(text, ReportTables.Shared(stage));
        Write(text, ReportTables.Caches(stage));
        Write(text, ReportTables.Occupancies(stage));
        foreach (var gpu in stage.Gpus.Where(gpu => gpu.Bound is not null))
        {
            Write(text, ReportTables.Terms(gpu));
        }
    }

    /// <summary>How well machine code and PTX fit together.</summary>
    internal static string MachineCode(GpuProfile gpu)
        => $"SASS {gpu.Gpu.Architecture}: {Numbers.Count(gpu.Sass!.WarpInstructions)} warp instructions; {gpu.Sass.Unplaced} of {gpu.Sass.Instructions.Length} instructions have no "
            + $"counted PTX line, {gpu.Sass.SlowPath} in slow paths are taken as not executed, {gpu.Sass.DuplicatedLines} PTX lines have several copies.";

    private static void Write(StringBuilder text, ReportTable table)
    {
        var widths = table.Columns.Select((column, i) => table.Rows.Select(row => Clean(row[i]).Length).Append(Clean(column.Title).Length).Max()).ToArray();
        text.Append('\n').Append(Clean(table.Title)).Append('\n');
        Line([.. table.Columns.Select(column => Clean(column.Title))]);
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
