namespace KernelDsl.Runtime;

/// <summary>Facts about a generated kernel class, for analyzers. Lists are parted by <c>;</c>, choices by <c>|</c>.</summary>
/// <param name="name">The kernel's name as the spec has it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KernelInfoAttribute(string name) : Attribute
{
    /// <summary>The kernel's name as the spec has it.</summary>
    public string Name { get; } = name;

    /// <summary>The allowed element types of each type parameter: <c>T=f16|f32</c>.</summary>
    public string Types { get; set; } = string.Empty;

    /// <summary>The allowed values of each const: <c>D=64|128</c>; nothing after <c>=</c> allows any.</summary>
    public string Consts { get; set; } = string.Empty;

    /// <summary>The variants that the assembly's pack holds: <c>T=f16,D=64;T=f32,D=64</c>, or <c>*</c> for the one of a kernel without types and consts.</summary>
    public string Packed { get; set; } = string.Empty;
}
