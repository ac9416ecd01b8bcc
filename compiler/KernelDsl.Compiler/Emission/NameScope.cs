namespace KernelDsl.Compiler.Emission;

/// <summary>Gives every object of one function a name that no other and no reserved word has.</summary>
internal sealed class NameScope(ImmutableHashSet<string> reserved)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<object, string> _names = [];

    /// <summary>The name of an object; the first call decides it.</summary>
    public string Of(object key, string wish)
    {
        if (!_names.TryGetValue(key, out var name))
        {
            name = Fresh(wish);
            _names.Add(key, name);
        }

        return name;
    }

    /// <summary>A new name.</summary>
    public string Fresh(string wish)
    {
        var name = wish;
        for (var i = 2; reserved.Contains(name) || !_used.Add(name); i++)
        {
            name = $"{wish}_{i}";
        }

        return name;
    }

    /// <summary>Makes a valid identifier of any text.</summary>
    public static string Identifier(string text)
    {
        var characters = text.Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') ? c : '_').ToArray();
        return characters.Length == 0 || characters[0] is >= '0' and <= '9' ? "_" + new string(characters) : new string(characters);
    }
}
