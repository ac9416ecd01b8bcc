namespace KernelDsl.Profiling.Pages;

/// <summary>A column of a table.</summary>
internal sealed record ReportColumn(string Title, bool IsNumber = false)
{
    public static ReportColumn Number(string title) => new(title, true);
}

/// <summary>A table as data, which the page and the terminal show alike.</summary>
internal sealed record ReportTable(string Title, ImmutableArray<ReportColumn> Columns, ImmutableArray<ImmutableArray<string>> Rows, string? Note = null);
