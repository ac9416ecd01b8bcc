namespace KernelDsl.Profiling.Pages;

/// <summary>What the page says of one function.</summary>
internal static class PageStages
{
    public static void Write(HtmlWriter page, StageProfile stage)
    {
        PageSections.Table(page, ReportTables.Summary(stage));
        PageSections.Table(page, ReportTables.Launch(stage));
        foreach (var gpu in stage.Gpus.Where(gpu => gpu.Bound is not null))
        {
            page.Open("details").Element("summary", $"All terms on {gpu.Gpu.Name}");
            PageSections.Table(page, ReportTables.Terms(gpu));
            page.Close();
        }

        foreach (var gpu in stage.Gpus)
        {
            PageDrawings.Roofline(page, gpu);
        }

        page.Element("h3", "Instructions");
        foreach (var (name, counts) in ReportTables.Mixes(stage))
        {
            PageDrawings.Mix(page, name, counts);
        }

        PageSections.Table(page, ReportTables.Mix(stage));
        foreach (var gpu in stage.Gpus.Where(gpu => gpu.Sass is not null))
        {
            page.Element("p", ProfileText.MachineCode(gpu), ("class", "note"));
        }

        page.Element("h3", "Memory");
        PageSections.Table(page, ReportTables.Global(stage));
        PageSections.Table(page, ReportTables.Shared(stage));
        PageSections.Table(page, ReportTables.Caches(stage));
        page.Element("h3", "Occupancy");
        PageSections.Table(page, ReportTables.Occupancies(stage));
    }
}
