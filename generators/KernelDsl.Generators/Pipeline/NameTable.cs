namespace KernelDsl.Generators.Pipeline;

/// <summary>All generated classes of the project. The first of a name, in the order of paths, has it; the hint name of a file is its own.</summary>
internal sealed record NameTable(EquatableArray<NameEntry> Entries)
{
    public static NameTable Create(ImmutableArray<KernelName> names)
    {
        var owners = new Dictionary<string, KernelName>(StringComparer.Ordinal);
        var hints = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var entries = ImmutableArray.CreateBuilder<NameEntry>();
        foreach (var name in names.OrderBy(name => name.Path, StringComparer.Ordinal).ThenBy(name => name.Number))
        {
            if (owners.TryGetValue(name.ClassName, out var owner))
            {
                entries.Add(new NameEntry(name, null, owner.Path));
                continue;
            }

            owners.Add(name.ClassName, name);
            entries.Add(new NameEntry(name, HintOf(name, hints), null));
        }

        return new NameTable(new EquatableArray<NameEntry>(entries.ToImmutable()));
    }

    /// <summary>The entry of a class.</summary>
    public NameEntry? Find(KernelName name)
    {
        foreach (var entry in Entries.Items)
        {
            if (entry.Name.Equals(name))
            {
                return entry;
            }
        }

        return null;
    }

    // Roslyn compares hint names without case, and two modules may have classes of one name in one folder.
    private static string HintOf(KernelName name, HashSet<string> taken)
    {
        var hint = name.Folder + name.ShortName;
        for (var i = 1; !taken.Add(hint); i++)
        {
            hint = $"{name.Folder}{name.FileName}.{name.ShortName}{(i == 1 ? string.Empty : "." + i)}";
        }

        return hint;
    }
}

/// <summary>One class.</summary>
/// <param name="Hint">The start of its hint names; null for a class whose name is taken.</param>
/// <param name="TakenBy">The spec that has the name.</param>
internal sealed record NameEntry(KernelName Name, string? Hint, string? TakenBy);
