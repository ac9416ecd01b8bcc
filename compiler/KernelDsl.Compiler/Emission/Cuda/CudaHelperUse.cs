namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>Notes which helper functions a text calls, so that only those are written.</summary>
internal sealed class CudaHelperUse(ImmutableDictionary<string, string> replacements)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The name, noted.</summary>
    public string this[string name]
    {
        get
        {
            if (_used.Add(name))
            {
                foreach (var needed in CudaHelpers.Find(name).Needs)
                {
                    _ = this[needed];
                }
            }

            return name;
        }
    }

    /// <summary>Writes the used functions; each comes after those that it calls.</summary>
    public void WriteTo(CodeWriter writer)
    {
        foreach (var helper in CudaHelpers.All.Where(h => _used.Contains(h.Name)))
        {
            writer.Line();
            writer.Lines(replacements.TryGetValue(helper.Name, out var text) ? text : helper.Text);
        }
    }
}
