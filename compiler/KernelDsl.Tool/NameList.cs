namespace KernelDsl.Tool;

/// <summary>Names for a sentence.</summary>
internal static class NameList
{
    /// <summary>The names, parted by commas; a long list is cut.</summary>
    public static string Of(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Length == 0 ? "none" : string.Join(", ", all.Take(20)) + (all.Length > 20 ? ", …" : "");
    }
}
