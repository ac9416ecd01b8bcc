namespace KernelDsl.Profiling.Pages;

/// <summary>A report as one HTML page that needs no other file and no network.</summary>
public static class ProfilePage
{
    /// <summary>The page.</summary>
    /// <param name="report">What it shows.</param>
    public static string Write(ProfileReport report)
    {
        var page = new HtmlWriter();
        var title = $"Profile of {report.Name}";
        page.Open("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")).Open("head").Void("meta", ("charset", "utf-8"))
            .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Element("title", title).Element("style", PageStyle.Css).Close().Open("body").Open("main");
        page.Element("h1", title).Element("p", ProfileReport.Honesty, ("class", "honesty"));
        foreach (var note in report.Notes)
        {
            page.Element("p", note, ("class", "note"));
        }

        Contents(page, report);
        PageSections.Table(Section(page, "overview", "Overview"), ReportTables.Overview(report));
        page.Close();
        Sources(Section(page, "sources", "Sources"), report);
        for (var i = 0; i < report.Stages.Length; i++)
        {
            PageStages.Write(Section(page, Id(i), $"Function {report.Stages[i].Counters.Kernel}"), report.Stages[i]);
            page.Close();
        }

        Figures(Section(page, "figures", "Figures of the GPUs"), report);
        page.Close().Close().Close();
        return page.ToString();
    }

    private static string Id(int stage) => "function-" + Numbers.Count(stage);

    private static HtmlWriter Section(HtmlWriter page, string id, string heading)
        => page.Open("section", ("id", id), ("aria-labelledby", id + "-heading")).Element("h2", heading, ("id", id + "-heading"));

    private static void Contents(HtmlWriter page, ProfileReport report)
    {
        page.Open("nav", ("aria-label", "Sections"));
        (string Id, string Name)[] places =
            [("overview", "Overview"), ("sources", "Sources"), .. report.Stages.Select((stage, i) => (Id(i), stage.Counters.Kernel)), ("figures", "Figures")];
        foreach (var (id, name) in places)
        {
            page.Element("a", name, ("href", "#" + id));
        }

        page.Close();
    }

    private static void Sources(HtmlWriter page, ProfileReport report)
    {
        page.Element("p", "Each line with the PTX warp instructions that stand for it, of all functions. The busiest lines are the darkest.", ("class", "note"));
        if (report.Spec is { } spec)
        {
            PageSections.Source(page, "Spec", spec, SourceCounts.BySpec(report.Lines, spec.File), isOpen: true);
        }

        if (report.Cuda is { } cuda)
        {
            PageSections.Source(page, "CUDA C", cuda, SourceCounts.ByCuda(report.Lines, cuda.File), isOpen: report.Spec is null);
        }

        if (report.Ptx is { } ptx)
        {
            PageSections.Source(page, "PTX", ptx, SourceCounts.ByPtx(report.Lines), isOpen: false);
        }

        page.Close();
    }

    private static void Figures(HtmlWriter page, ProfileReport report)
    {
        foreach (var gpu in report.Stages.FirstOrDefault()?.Gpus ?? [])
        {
            page.Open("details").Element("summary", gpu.Gpu.Name);
            PageSections.Table(page, ReportTables.Figures(gpu.Gpu));
            page.Close();
        }

        page.Close();
    }
}
