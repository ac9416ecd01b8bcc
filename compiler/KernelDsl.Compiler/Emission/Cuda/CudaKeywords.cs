namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>The names that locals of emitted CUDA C must not have: keywords, built-in names, and the functions that emitted code calls.</summary>
internal static class CudaKeywords
{
    public static ImmutableHashSet<string> All { get; } =
    [
        "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t", "char32_t",
        "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
        "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false",
        "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
        "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return", "short",
        "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true",
        "try", "typedef", "typeid", "typename", "typeof", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
        "xor_eq",
        "threadIdx", "blockIdx", "blockDim", "gridDim", "warpSize", "__global__", "__device__", "__shared__", "__constant__", "__host__",
        "__restrict__", "__launch_bounds__", "__forceinline__", "__managed__", "__cluster_dims__", "__grid_constant__",
        "main", "NULL", "linux", "unix", "i64", "u64", "point", "points", "rest",
        "atomicAdd", "atomicCAS", "expf", "exp", "exp2f", "exp2", "expm1f", "expm1", "logf", "log", "log2f", "log2", "log1pf", "log1p", "sqrtf",
        "sqrt", "powf", "pow", "sinf", "sin", "cosf", "cos", "tanf", "tan", "tanhf", "tanh", "erff", "erf", "floorf", "floor", "ceilf", "ceil",
        "rintf", "rint", "fmaf", "fma", "fabsf", "fabs", "fminf", "fmin", "fmaxf", "fmax",
        .. CudaHelpers.All.Select(helper => helper.Name),
    ];
}
