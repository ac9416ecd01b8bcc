namespace KernelDsl.Compiler.Emission.CSharp;

/// <summary>The reserved words of C#, and the names that emitted methods use themselves.</summary>
internal static class CSharpKeywords
{
    /// <summary>Words that are no identifiers everywhere, unless written with <c>@</c>.</summary>
    public static ImmutableHashSet<string> Language { get; } =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for",
        "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object",
        "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short",
        "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
        "global", "var", "dynamic", "await", "async", "nameof", "scoped", "field", "value", "yield", "when", "where", "record", "nint", "nuint",
        "file", "required", "unmanaged", "notnull", "partial", "get", "set", "init", "add", "remove", "extension", "managed", "allows",
        "from", "select", "join", "into", "let", "orderby", "group", "by", "ascending", "descending", "on", "equals", "with", "and", "or", "not", "args",
    ];

    /// <summary>What locals of emitted methods must not be called.</summary>
    public static ImmutableHashSet<string> All { get; } = Language.Union(["_", "arguments", "serial", "begin", "end", "point"]);
}
