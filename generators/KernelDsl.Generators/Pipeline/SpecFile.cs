using Microsoft.CodeAnalysis;

namespace KernelDsl.Generators.Pipeline;

/// <summary>One spec of the project.</summary>
/// <param name="Path">The path as the compiler has it, for diagnostics and <c>#line</c>.</param>
/// <param name="Folder">The folder relative to the project, in the characters of hint names, with <c>/</c> at its end unless it is empty.</param>
/// <param name="Name">The file's name without extension, in the characters of hint names.</param>
/// <param name="Text">The characters.</param>
internal sealed record SpecFile(string Path, string Folder, string Name, string Text)
{
    public const string Extension = ".kdsl";

    public static bool IsSpec(AdditionalText file) => file.Path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Each file once, in the order of paths: some hosts list a file twice.</summary>
    public static IEnumerable<AdditionalText> Distinct(ImmutableArray<AdditionalText> files)
        => files.GroupBy(file => Normalised(file.Path), StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal).Select(same => same.First());

    public static SpecFile Read(AdditionalText file, ProjectOptions options, CancellationToken cancellation)
    {
        var text = file.GetText(cancellation)?.ToString() ?? string.Empty;

        // A mark of the encoding that was left in the text is no character of the spec, but counts in positions.
        text = text.Length > 0 && text[0] == '\ufeff' ? " " + text.Substring(1) : text;
        var relative = RelativeTo(Normalised(options.ProjectDirectory), Normalised(file.Path));
        var slash = relative.LastIndexOf('/');
        var name = relative.Substring(slash + 1);
        return new SpecFile(file.Path, relative.Substring(0, slash + 1), name.Substring(0, name.Length - Extension.Length), text);
    }

    /// <summary>With <c>/</c>, and without <c>.</c> and <c>..</c> where that can be said without looking at the disk.</summary>
    private static string Normalised(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] is not (".." or ""))
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != "." && (part.Length > 0 || parts.Count == 0))
            {
                parts.Add(part);
            }
        }

        return string.Join("/", parts);
    }

    /// <summary>The path below the folder, or the file's name alone for one that is elsewhere.</summary>
    private static string RelativeTo(string folder, string path)
    {
        var prefix = folder.TrimEnd('/') + "/";
        var isBelow = folder.Length > 0 && path.StartsWith(prefix, StringComparison.Ordinal);
        var relative = isBelow ? path.Substring(prefix.Length) : path.Substring(path.LastIndexOf('/') + 1);
        return string.Concat(relative.Select(c => c == '/' || IsHintCharacter(c) ? c : '_'));
    }

    private static bool IsHintCharacter(char c) => char.IsLetterOrDigit(c) || c is '.' or ',' or '-' or '+' or '`' or '_' or ' ' or '(' or ')' or '[' or ']' or '{' or '}';
}
