using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>How elements lie in memory, in the words of CUDA C.</summary>
internal static class CudaTypes
{
    /// <summary>The type that a buffer's pointer points to.</summary>
    public static string Cell(ElementType element) => element switch
    {
        ElementType.F64 => "double",
        ElementType.F32 => "float",
        ElementType.I64 => "i64",
        ElementType.I32 => "int",
        ElementType.I16 => "short",
        ElementType.I8 => "signed char",
        ElementType.F16 or ElementType.BF16 => "unsigned short",
        _ => "unsigned char",
    };

    /// <summary>The widened element with the bits of an unsigned word.</summary>
    public static string FromBits(ElementType element, string bits) => element switch
    {
        ElementType.F64 => $"__longlong_as_double((i64){bits})",
        ElementType.F32 => $"__uint_as_float({bits})",
        ElementType.I64 => $"((i64){bits})",
        ElementType.I32 => $"((i64)(int){bits})",
        _ => throw new NotSupportedException(element.ToString()),
    };

    /// <summary>The bits of an element as an unsigned word.</summary>
    public static string ToBits(ElementType element, string value) => element switch
    {
        ElementType.F64 => $"(u64)__double_as_longlong({value})",
        ElementType.F32 => $"__float_as_uint({value})",
        ElementType.I64 => $"(u64)({value})",
        ElementType.I32 => $"(unsigned int)({value})",
        _ => throw new NotSupportedException(element.ToString()),
    };
}
