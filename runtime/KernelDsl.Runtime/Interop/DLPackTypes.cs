namespace KernelDsl.Runtime.Interop;

/// <summary>Element types in the terms of DLPack: a code, and the bits.</summary>
internal static class DLPackTypes
{
    private const byte SignedInteger = 0;
    private const byte UnsignedInteger = 1;
    private const byte Float = 2;
    private const byte BFloat = 4;
    private const byte Bool = 6;
    private const byte Float8E4M3Fn = 10;
    private const byte Float8E5M2 = 12;

    public static DLDataType Of(ElementType element) => new()
    {
        Code = element switch
        {
            ElementType.BF16 => BFloat,
            ElementType.Bool => Bool,
            ElementType.F8E4M3 => Float8E4M3Fn,
            ElementType.F8E5M2 => Float8E5M2,
            ElementType.U8 or ElementType.U4 => UnsignedInteger,
            _ => element.IsFloat() ? Float : SignedInteger,
        },
        Bits = (byte)element.Bits(),
        Lanes = 1,
    };

    public static string Text(DLDataType type) => $"code {type.Code}, {type.Bits} bits, {type.Lanes} lanes";
}
