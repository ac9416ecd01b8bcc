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
        wish = Identifier(wish);
        var name = wish;
        for (var i = 2; reserved.Contains(name) || !_used.Add(name); i++)
        {
            name = $"{wish}_{i}";
        }

        return name;
    }

    /// <summary>Makes a valid identifier of any text. NVRTC takes only ASCII, so other letters become their numbers: <c>α</c> is <c>u03b1</c>.</summary>
    public static string Identifier(string text)
    {
        var name = string.Concat(text.Select(c => IsAsciiLetterOrDigit(c) ? c.ToString() : char.IsLetter(c) ? $"u{(int)c:x4}" : "_"));
        return name.Length == 0 || name[0] is >= '0' and <= '9' ? "_" + name : name;
    }

    private static bool IsAsciiLetterOrDigit(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');
}
