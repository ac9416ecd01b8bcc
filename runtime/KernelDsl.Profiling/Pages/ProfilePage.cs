namespace KernelDsl.Profiling.Pages;

/// <summary>A report as one HTML page that needs no other file and no network.</summary>
public static class ProfilePage
{
    /// <summary>The page.</summary>
    /// <param name="report">What it shows.</param>
    public static string Write(ProfileReport report)
    {
        var page = new HtmlWriter();
        var title = $"Profile of {report.Counters.Kernel}";
        page.Open("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")).Open("head").Void("meta", ("charset", "utf-8"))
            .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Element("title", title).Element("style", PageStyle.Css).Close().Open("body").Open("main");
        page.Element("h1", title).Element("p", ProfileReport.Honesty, ("class", "honesty"));
        foreach (var note in report.Notes)
        {
            page.Element("p", note, ("class", "note"));
        }

        Contents(page);
        Summary(Section(page, "bounds", "Bounds"), report);
        Mix(Section(page, "mix", "Instructions"), report);
        Memory(Section(page, "memory", "Memory"), report);
        PageSections.Table(Section(page, "occupancy", "Occupancy"), ReportTables.Occupancies(report));
        page.Close();
        Sources(Section(page, "sources", "Sources"), report);
        Figures(Section(page, "figures", "Figures of the GPUs"), report);
        page.Close().Close().Close();
        return page.ToString();
    }

    private static HtmlWriter Section(HtmlWriter page, string id, string heading)
        => page.Open("section", ("id", id), ("aria-labelledby", id + "-heading")).Element("h2", heading, ("id", id + "-heading"));

    private static void Contents(HtmlWriter page)
    {
        page.Open("nav", ("aria-label", "Sections"));
        foreach (var (id, name) in ((string, string)[])[("bounds", "Bounds"), ("mix", "Instructions"), ("memory", "Memory"), ("occupancy", "Occupancy"), ("sources", "Sources"), ("figures", "Figures")])
        {
            page.Element("a", name, ("href", "#" + id));
        }

        page.Close();
    }

    private static void Summary(HtmlWriter page, ProfileReport report)
    {
        PageSections.Table(page, ReportTables.Summary(report));
        PageSections.Table(page, ReportTables.Launch(report));
        foreach (var gpu in report.Gpus.Where(gpu => gpu.Bound is not null))
        {
            page.Open("details").Element("summary", $"All terms on {gpu.Gpu.Name}");
            PageSections.Table(page, ReportTables.Terms(gpu));
            page.Close();
        }

        foreach (var gpu in report.Gpus)
        {
            PageDrawings.Roofline(page, gpu, report.Counters);
        }

        page.Close();
    }

    private static void Mix(HtmlWriter page, ProfileReport report)
    {
        foreach (var (name, counts) in ReportTables.Mixes(report))
        {
            PageDrawings.Mix(page, name, counts);
        }

        PageSections.Table(page, ReportTables.Mix(report));
        foreach (var gpu in report.Gpus.Where(gpu => gpu.Sass is not null))
        {
            page.Element("p", ProfileText.MachineCode(gpu), ("class", "note"));
        }

        page.Close();
    }

    private static void Memory(HtmlWriter page, ProfileReport report)
    {
        PageSections.Table(page, ReportTables.Global(report));
        PageSections.Table(page, ReportTables.Shared(report));
        PageSections.Table(page, ReportTables.Caches(report));
        page.Close();
    }

    private static void Sources(HtmlWriter page, ProfileReport report)
    {
        page.Element("p", "Each line with the PTX warp instructions that stand for it. The busiest lines are the darkest.", ("class", "note"));
        if (report.Spec is { } spec)
        {
            PageSections.Source(page, "Spec", spec, SourceCounts.BySpec(report.Counters, spec.File), isOpen: true);
        }

        if (report.Cuda is { } cuda)
        {
            PageSections.Source(page, "CUDA C", cuda, SourceCounts.ByCuda(report.Counters, cuda.File), isOpen: true);
        }

        if (report.Ptx is { } ptx)
        {
            PageSections.Source(page, "PTX", ptx, SourceCounts.ByPtx(report.Counters), isOpen: false);
        }

        page.Close();
    }

    private static void Figures(HtmlWriter page, ProfileReport report)
    {
        foreach (var gpu in report.Gpus)
        {
            page.Open("details").Element("summary", gpu.Gpu.Name);
            PageSections.Table(page, ReportTables.Figures(gpu.Gpu));
            page.Close();
        }

        page.Close();
    }
}
