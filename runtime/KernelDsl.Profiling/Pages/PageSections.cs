namespace KernelDsl.Profiling.Pages;

/// <summary>The parts of the page that are tables.</summary>
internal static class PageSections
{
    public static void Table(HtmlWriter page, ReportTable table)
    {
        page.Open("div", ("class", "scroll")).Open("table").Element("caption", table.Title).Open("thead").Open("tr");
        foreach (var column in table.Columns)
        {
            page.Element("th", column.Title, ("scope", "col"), ("class", column.IsNumber ? "number" : "text"));
        }

        page.Close().Close().Open("tbody");
        foreach (var row in table.Rows)
        {
            page.Open("tr");
            for (var i = 0; i < row.Length; i++)
            {
                page.Element("td", row[i], ("class", table.Columns[i].IsNumber ? "number" : "text"));
            }

            page.Close();
        }

        page.Close().Close().Close();
        if (table.Note is not null)
        {
            page.Element("p", table.Note, ("class", "note"));
        }
    }

    /// <summary>A text with counts beside each line. Heat is the share of the busiest line, and the count stands beside it.</summary>
    public static void Source(HtmlWriter page, string title, ProfileSource source, IReadOnlyDictionary<int, SourceCounts> counts, bool isOpen)
    {
        var most = counts.Values.Select(line => line.Instructions).DefaultIfEmpty(0).Max();
        page.Open("details", isOpen ? [("open", "open")] : []).Element("summary", $"{title}: {source.File}");
        page.Open("div", ("class", "scroll")).Open("table", ("class", "source")).Open("thead").Open("tr");
        foreach (var column in (string[])["line", "warp instructions", "lanes", "sectors/request", "bank conflicts"])
        {
            page.Element("th", column, ("scope", "col"), ("class", "number"));
        }

        page.Element("th", "text", ("scope", "col")).Close().Close().Open("tbody");
        var number = 0;
        foreach (var line in source.Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            number++;
            var found = counts.GetValueOrDefault(number);
            page.Open("tr", ("class", $"heat{Heat(found?.Instructions ?? 0, most)}"));
            page.Element("td", Numbers.Count(number), ("class", "number place"));
            foreach (var cell in Cells(found))
            {
                page.Element("td", cell, ("class", "number"));
            }

            page.Element("td", line, ("class", "code")).Close();
        }

        page.Close().Close().Close().Close();
    }

    /// <summary>0 for nothing, 5 for the busiest lines.</summary>
    internal static int Heat(long value, long most) => value <= 0 ? 0 : (int)Math.Clamp(Math.Ceiling(5.0 * value / most), 1, 5);

    private static string[] Cells(SourceCounts? counts) => counts is null ? ["", "", "", ""] :
    [
        Numbers.Count(counts.Instructions),
        counts.Instructions == 0 ? "" : Numbers.Of((double)counts.ActiveLanes / counts.Instructions, 1),
        counts.Requests == 0 ? "" : Numbers.Of((double)counts.Sectors / counts.Requests),
        counts.SharedWavefronts == 0 ? "" : Numbers.Count(counts.Conflicts),
    ];
}
