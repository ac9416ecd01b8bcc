using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Navigation;

/// <summary>The names that the language brings, by what they mean.</summary>
internal static class BuiltInNames
{
    public static ImmutableArray<string> Functions { get; } = [.. BuiltInSignature.Names.OrderBy(name => name, StringComparer.Ordinal)];

    public static ImmutableArray<string> Reductions => ReductionNames.All;

    /// <summary>Of tensors and scalars; <c>int</c> and <c>float</c> are for scalars alone.</summary>
    public static ImmutableArray<string> ElementTypes { get; } = [.. KernelDsl.ElementTypes.Names, "int", "float"];

    public static ImmutableArray<string> Formats { get; } = [.. KernelBinder.FormatNames.OrderBy(name => name, StringComparer.Ordinal), "like"];

    /// <summary>With <c>true</c> and <c>false</c>, which are keywords, all constants.</summary>
    public static ImmutableArray<string> Constants => FunctionChecks.Constants;

    /// <summary>What may stand in an extent in place of a size.</summary>
    public static ImmutableArray<string> AxisForms { get; } = ["ragged", "paged"];

    public static ImmutableArray<string> Directives { get; } = [.. ScheduleBinder.WithAxis, .. ScheduleBinder.Plain];

    public static ImmutableArray<string> Targets => ScheduleBinder.Targets;

    public static ImmutableArray<string> Architectures => ScheduleBinder.Architectures;
}
