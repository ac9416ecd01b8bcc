namespace KernelDsl.Tool.Inputs;

/// <summary>The pools of pages that a table points into.</summary>
internal static class PagedPools
{
    /// <summary>The pages of the smallest tensor that uses the table: an entry must be valid in all of them.</summary>
    public static long PagesOf(BoundKernel kernel, PagingInfo paging, CallSizes sizes)
        => kernel.Parameters.Where(tensor => tensor.PagedAxis?.Paging?.Table == paging.Table).Select(tensor => sizes.Integer(tensor.Components[0].Shape[0])).DefaultIfEmpty(0).Min();
}
