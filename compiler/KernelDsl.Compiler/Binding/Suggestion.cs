namespace KernelDsl.Compiler.Binding;

/// <summary>"did you mean": the nearest name by edits, if one is near.</summary>
internal static class Suggestion
{
    /// <summary><c> (did you mean 'softmax'?)</c>, or nothing.</summary>
    public static string For(string name, IEnumerable<string> candidates)
    {
        var limit = name.Length == 1 ? 0 : name.Length == 2 ? 1 : name.Length <= 5 ? 2 : 3;
        var best = candidates.Where(c => c.Length > 0 && c != name)
            .Select(c => (Name: c, Distance: Distance(name, c)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is null ? string.Empty : $" (did you mean '{best.Name}'?)";
    }

    /// <summary>The number of letters to insert, remove, change or swap with their neighbour; a change of case costs nothing but is not equal.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 3 || a.Length > 64)
        {
            return int.MaxValue;
        }

        a = a.ToLowerInvariant();
        b = b.ToLowerInvariant();
        var costs = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                var change = costs[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(change, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[a.Length, b.Length];
    }
}
