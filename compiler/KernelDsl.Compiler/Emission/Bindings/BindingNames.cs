using System.Globalization;
using KernelDsl.Compiler.Emission.CSharp;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>Names of a spec as names of C#.</summary>
internal static class BindingNames
{
    /// <summary>What a generated class has or inherits; neither the class nor a type parameter can be called so.</summary>
    private static readonly ImmutableHashSet<string> s_members =
    [
        "Compile", "Launch", "Run", "Create", "CreateDefinition", "AddCode", "SignatureJson", "s_definition", "Definition", "Device", "Dispose", "BeginLaunch",
        "Equals", "GetHashCode", "GetType", "ToString", "Finalize", "MemberwiseClone", "ReferenceEquals",
    ];

    /// <summary><c>causal_attention</c> becomes <c>CausalAttention</c>; a name that a member has gets <c>Kernel</c> at its end.</summary>
    public static string Class(string kernel)
    {
        var name = Identifier(string.Concat(kernel.Split('_').Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1))));
        return s_members.Contains(name) ? name + "Kernel" : name;
    }

    /// <summary><c>q_start</c> and <c>QStart</c> become <c>qStart</c>.</summary>
    public static string Parameter(string name)
    {
        var pascal = string.Concat(name.Split('_').Where(part => part.Length > 0).Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part.Substring(1)));
        return Identifier(pascal.Length == 0 ? name : char.ToLowerInvariant(pascal[0]) + pascal.Substring(1));
    }

    /// <summary>A name of type parameters that the class, its members and other names do not have.</summary>
    public static string TypeParameter(string name, string className, ISet<string> taken)
    {
        var result = Identifier(name);
        while (result == className || s_members.Contains(result) || !taken.Add(result))
        {
            result += "_";
        }

        return result;
    }

    /// <summary>The name as it is written: keywords have an <c>@</c>.</summary>
    public static string Escape(string name) => CSharpKeywords.Language.Contains(name) ? "@" + name : name;

    /// <summary>A namespace, each part a valid name; empty parts are left out.</summary>
    public static string Namespace(params string[] parts)
        => string.Join(".", parts.SelectMany(part => part.Split('.')).Select(part => part.Trim()).Where(part => part.Length > 0).Select(part => Escape(Identifier(part))));

    /// <summary>C# knows no letters beyond 16 bits, so that each half of such a letter becomes its number.</summary>
    public static string Identifier(string name)
    {
        var valid = string.Concat(name.Select(c => IsPart(c) ? c.ToString() : char.IsSurrogate(c) ? $"u{(int)c:x4}" : "_"));
        return valid.Length == 0 || !(char.IsLetter(valid[0]) || valid[0] == '_') ? "_" + valid : valid;
    }

    private static bool IsPart(char c) => c == '_' || CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
