using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>The C# types of what a call passes.</summary>
internal static class BindingTypes
{
    public const string Runtime = "global::KernelDsl.Runtime.";

    /// <summary>The type of an element, or the class's type parameter.</summary>
    public static string Element(TypeReference type, ImmutableDictionary<string, string> typeParameters)
        => type.Parameter is { } parameter ? BindingNames.Escape(typeParameters[parameter.Name]) : Element(type.Element);

    /// <summary>The type of one element.</summary>
    public static string Element(ElementType element) => element switch
    {
        ElementType.F64 => "double",
        ElementType.F32 => "float",
        ElementType.F16 => "global::System.Half",
        ElementType.BF16 => "global::KernelDsl.BFloat16",
        ElementType.F8E4M3 => "global::KernelDsl.Float8E4M3",
        ElementType.F8E5M2 => "global::KernelDsl.Float8E5M2",
        ElementType.I64 => "long",
        ElementType.I32 => "int",
        ElementType.I16 => "short",
        ElementType.I8 => "sbyte",
        ElementType.U8 => "byte",
        ElementType.I4 => "global::KernelDsl.Int4",
        ElementType.U4 => "global::KernelDsl.UInt4",
        ElementType.I2 => "global::KernelDsl.Int2",
        ElementType.Bool => "bool",
        _ => throw new NotSupportedException(element.ToString()),
    };

    /// <summary>The type that holds the arrays of a parameter.</summary>
    public static string Sparse(TensorFormat format) => format switch
    {
        TensorFormat.Csr => "CsrTensor",
        TensorFormat.Csc => "CscTensor",
        TensorFormat.Coo => "CooTensor",
        TensorFormat.Ell => "EllTensor",
        TensorFormat.Bsr => "BsrTensor",
        TensorFormat.StructuredNm => "NmTensor",
        _ => throw new NotSupportedException(format.ToString()),
    };
}
