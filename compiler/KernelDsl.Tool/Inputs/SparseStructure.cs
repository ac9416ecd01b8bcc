namespace KernelDsl.Tool.Inputs;

/// <summary>The pattern of one sparse tensor as lines (rows; columns for csc; block rows for bsr) of stored places.</summary>
/// <param name="Lines">The number of lines.</param>
/// <param name="Places">The places in each line.</param>
internal sealed record SparseStructure(long Lines, long Places)
{
    public static SparseStructure Of(TensorSymbol tensor, CallSizes sizes)
    {
        var rows = sizes.Integer(tensor.Axes[0].Extent);
        var columns = sizes.Integer(tensor.Axes[^1].Extent);
        return tensor.Format switch
        {
            TensorFormat.Csc => new SparseStructure(columns, rows),
            TensorFormat.Bsr => new SparseStructure(rows / sizes.Integer(tensor.FormatArguments[0]), columns / sizes.Integer(tensor.FormatArguments[1])),
            _ => new SparseStructure(rows, columns),
        };
    }

    /// <summary>Stored places for each line, about 30% of them, some lines empty; exactly <paramref name="stored"/> in all when it is given.</summary>
    public IReadOnlyList<long[]> Random(RandomSource random, long? stored, string key)
    {
        // Wide matrices would be huge at 30%, so that a line has at most about 64 places.
        var density = Math.Min(0.3, 64.0 / Math.Max(Places, 1));
        var counts = new long[checked((int)Lines)];
        for (var i = 0; i < counts.Length; i++)
        {
            var expected = density * Places;
            counts[i] = random.NextUnit() < 0.15 ? 0 : Math.Clamp((long)Math.Round(expected * (0.5 + random.NextUnit()) / 0.85), 0, Places);
        }

        if (stored is { } total)
        {
            Adjust(counts, random, total, key);
        }

        return counts.Select(count => random.Choose(count, Places).ToArray()).ToArray();
    }

    private void Adjust(long[] counts, RandomSource random, long total, string key)
    {
        if ((UInt128)total > (UInt128)Lines * (UInt128)Places)
        {
            throw ToolException.Failure(ArgumentDiagnostics.ExtentRange, key, total, $"at most {Lines} x {Places}");
        }

        // Lines take or give in a random order, as much as each can, a little at a time so that no line stands out.
        var difference = total - counts.Sum();
        var order = random.Permutation(counts.Length);
        while (difference != 0)
        {
            var share = Math.Max(1, Math.Abs(difference) / counts.Length);
            foreach (var line in order)
            {
                var change = difference > 0 ? Math.Min(Math.Min(share, difference), Places - counts[line]) : -Math.Min(Math.Min(share, -difference), counts[line]);
                counts[line] += change;
                difference -= change;
            }
        }
    }
}
