namespace KernelDsl.VirtualGpu.Ptx;

internal enum TokenKind
{
    /// <summary>A name: an opcode, a register, a label, a symbol.</summary>
    Word,

    /// <summary>A directive or a modifier with its point: <c>.global</c>, <c>.L2::128B</c>.</summary>
    Dotted,
    Integer,

    /// <summary><c>0f…</c>: the bits of an f32.</summary>
    Float32,

    /// <summary><c>0d…</c> or a decimal fraction: the bits of an f64.</summary>
    Float64,
    Text,
    Punctuation,
    End,
}

/// <summary>A piece of PTX text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; for text constants without the quotes.</param>
/// <param name="Bits">The value of a number.</param>
/// <param name="Line">The line, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, ulong Bits, int Line)
{
    public bool Is(string text) => Kind is TokenKind.Punctuation or TokenKind.Dotted or TokenKind.Word && Text == text;
}
