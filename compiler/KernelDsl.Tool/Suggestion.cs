namespace KernelDsl.Tool;

/// <summary>"Did you mean": the nearest of the known names.</summary>
internal static class Suggestion
{
    /// <summary><c> (did you mean 'x'?)</c>, or nothing when no name is near.</summary>
    public static string For(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Distance: Distance(name.ToLowerInvariant(), k.ToLowerInvariant()))).OrderBy(k => k.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= (name.Length < 3 ? 0 : Math.Max(1, name.Length / 3)) ? $" (did you mean '{nearest.Name}'?)" : "";
    }

    /// <summary>Names for a sentence; a long list is cut.</summary>
    public static string List(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Length == 0 ? "none" : string.Join(", ", all.Take(20)) + (all.Length > 20 ? ", …" : "");
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 20)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
