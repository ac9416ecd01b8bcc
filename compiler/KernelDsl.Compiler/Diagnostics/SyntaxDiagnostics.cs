namespace KernelDsl.Compiler.Diagnostics;

/// <summary>What can be wrong with the text of a file: KD1xxx.</summary>
internal static class SyntaxDiagnostics
{
    public static readonly DiagnosticDescriptor UnexpectedCharacter = Error(
        "KD1001", "Unexpected character", "the character {0} has no meaning here; remove it",
        "Names are letters, digits and '_'. Typographic quotes, dashes and no-break spaces often come from text that was pasted from a document.");

    public static readonly DiagnosticDescriptor UnterminatedComment = Error(
        "KD1002", "Unterminated comment", "this comment is never closed; add '*/'",
        "A comment that starts with '/*' ends at the first '*/'. Comments do not nest.");

    public static readonly DiagnosticDescriptor MalformedNumber = Error(
        "KD1003", "Malformed number", "'{0}' is not a number; write digits such as 16, 0x1F, 0.5 or 1e-5, and start a name with a letter",
        "Digits may be grouped with '_'. Numbers have no suffix: an 'as' gives the type.");

    public static readonly DiagnosticDescriptor IntegerOutOfRange = Error(
        "KD1004", "Integer out of range", "the integer '{0}' is larger than 9223372036854775807, the largest i64",
        "Integer literals are i64. Write the value as a float, such as 1e20, where a float is meant.");

    public static readonly DiagnosticDescriptor FloatOutOfRange = Error(
        "KD1005", "Float out of range", "the number '{0}' is larger than 1.8e308, the largest f64; write 'inf' for infinity",
        "Float literals are f64 before they are rounded to the type of their equation.");

    public static readonly DiagnosticDescriptor Expected = Error(
        "KD1006", "Unexpected text", "expected {0}, found {1}",
        "The text does not have the shape that the grammar gives at this place.");

    public static readonly DiagnosticDescriptor MissingSemicolon = Error(
        "KD1007", "Missing semicolon", "expected ';' after {0}, found {1}",
        "Every equation, 'fn', 'gradient' and 'module' ends with ';'.");

    public static readonly DiagnosticDescriptor MissingCloser = Error(
        "KD1008", "Missing closing bracket", "expected {0}, found {1}; the '{2}' in line {3} is still open",
        "Every '(', '[' and '{' needs its ')', ']' and '}'.");

    public static readonly DiagnosticDescriptor KeywordAsName = Error(
        "KD1009", "Keyword used as a name", "'{0}' is a keyword and cannot be a name; write '{0}_' or another name",
        "Keywords: module kernel fn example schedule gradient let where if then else as const true false deterministic on wrt.");

    public static readonly DiagnosticDescriptor AssignmentInExpression = Error(
        "KD1010", "Assignment inside an expression", "'=' defines a value and cannot stand inside an expression; write '==' to compare",
        "'=' stands once in an equation, between the name and its value.");

    public static readonly DiagnosticDescriptor ChainedComparison = Error(
        "KD1011", "Chained comparison", "comparisons do not chain; write '{0}'",
        "'a < b < c' would compare a truth value with c. Write 'a < b && b < c', or parentheses where the truth value is meant.");

    public static readonly DiagnosticDescriptor NestingTooDeep = Error(
        "KD1012", "Nesting too deep", "brackets are nested more than {0} deep; name a part with 'let'",
        "The depth is bounded so that no input can exhaust the stack of the compiler.");

    public static readonly DiagnosticDescriptor TooManyPrefixes = Error(
        "KD1013", "Expression too deep", "more than {0} of '-', '!', '~', 'if' and 'else' stand in one statement; name a part with 'let'",
        "The depth is bounded so that no input can exhaust the stack of the compiler.");

    public static readonly DiagnosticDescriptor ExpressionTooLong = Error(
        "KD1014", "Expression too long", "more than {0} operators stand in one statement; name a part with 'let'",
        "The length is bounded so that no input can exhaust the stack of the compiler.");

    public static readonly DiagnosticDescriptor InputTooLarge = Error(
        "KD1015", "File too large", "the file has {0} characters, and at most {1} are read; split it into several files",
        "The size is bounded so that an editor that compiles while you type stays quick.");

    public static readonly DiagnosticDescriptor TooManyErrors = Error(
        "KD1016", "Too many errors", "the file has more than {0} syntax errors; the rest was not read",
        "Mend the first ones: the file may be of another language.");

    public static readonly DiagnosticDescriptor EmptyList = Error(
        "KD1017", "Empty list", "{0} is empty; {1}",
        "Some lists need at least one element.");

    public static readonly DiagnosticDescriptor KernelWithoutOutput = Error(
        "KD1018", "Kernel without output", "kernel '{0}' has no output; add '-> name: type[axes]' after its parameters",
        "What a kernel computes is named after '->'. A single value is a tensor without axes: '-> loss: f32[]'.");

    public static readonly DiagnosticDescriptor EmptyBody = Error(
        "KD1019", "Empty kernel body", "kernel '{0}' has no equations; define each of its outputs",
        "Every output needs an equation, such as 'y = x;'.");

    public static readonly DiagnosticDescriptor ExpectedItem = Error(
        "KD1020", "Expected an item", "expected 'kernel', 'fn', 'example', 'schedule' or 'gradient', found {0}",
        "A file holds kernels, functions, examples, schedules and gradients. Equations stand inside the '{ }' of a kernel.");

    public static readonly DiagnosticDescriptor ModuleNotFirst = Error(
        "KD1021", "Misplaced module", "'module' must be the first line of the file, and stand there once",
        "One file is one module.");

    public static readonly DiagnosticDescriptor MissingBodyEnd = Error(
        "KD1022", "Missing end of a kernel", "expected '}}' that closes the body of kernel '{0}', found {1}",
        "The equations of a kernel stand between '{' and '}'.");

    public static readonly DiagnosticDescriptor OutputWithDefault = Error(
        "KD1023", "Output with a default", "the output '{0}' has a default value; give its value by an equation in the body",
        "Only scalar parameters have defaults.");

    public static readonly DiagnosticDescriptor UnknownAssignment = Error(
        "KD1024", "Unknown assignment", "'{0}=' is not an assignment; write '=', '+=', 'max=' or 'min='",
        "A scatter combines the values that meet at a point by adding them or by taking the larger or the smaller one.");

    public static readonly DiagnosticDescriptor SubscriptAxisNotAName = Error(
        "KD1025", "Axis of a subscript is not a name", "'{0}' stands where the name of an axis is expected; write 'axis: expression'",
        "A subscript is an expression, or the name of an axis, ':' and an expression.");

    public static readonly DiagnosticDescriptor MalformedFormat = Error(
        "KD1026", "Malformed format", "'{0}' is not a format; write 'like a' for the pattern of tensor 'a', or a format such as 'csr' or 'bsr(32, 32)'",
        "The formats are csr, csc, coo, ell(w), bsr(r, c), nm(n, m) and like.");

    public static readonly DiagnosticDescriptor MalformedRagged = Error(
        "KD1027", "Malformed ragged axis", "'{0}' is not a ragged extent; write 'ragged(start[group: Groups])'",
        "The group axis stands in the brackets of the tensor that holds where each group starts.");

    public static readonly DiagnosticDescriptor MalformedPaged = Error(
        "KD1028", "Malformed paged axis", "'{0}' is not a paged extent; write 'paged(table[batch, page: Pages], length[batch], 16)'",
        "A paged axis has a page table, a tensor of lengths and the size of a page.");

    public static readonly DiagnosticDescriptor MalformedDirective = Error(
        "KD1029", "Malformed schedule directive", "'{0}' stands where an axis is expected; write 'axis value | value'",
        "A directive is a name and a list of values, each list after the name of an axis where the directive is about axes.");

    /// <summary>Every descriptor of this catalogue, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        UnexpectedCharacter, UnterminatedComment, MalformedNumber, IntegerOutOfRange, FloatOutOfRange,
        Expected, MissingSemicolon, MissingCloser, KeywordAsName, AssignmentInExpression,
        ChainedComparison, NestingTooDeep, TooManyPrefixes, ExpressionTooLong, InputTooLarge,
        TooManyErrors, EmptyList, KernelWithoutOutput, EmptyBody, ExpectedItem,
        ModuleNotFirst, MissingBodyEnd, OutputWithDefault, UnknownAssignment, SubscriptAxisNotAName,
        MalformedFormat, MalformedRagged, MalformedPaged, MalformedDirective,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string messageFormat, string help)
        => new(id, title, messageFormat, DiagnosticSeverity.Error, help);
}
