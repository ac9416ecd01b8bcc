namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>How generated classes are declared.</summary>
/// <param name="Namespace">The namespace before the module's name; may be empty.</param>
/// <param name="IsPublic">Whether other assemblies see the classes.</param>
/// <param name="IsPacked">Whether the project makes a pack of compiled images.</param>
/// <param name="EmbedsCuda">Whether the assembly holds the CUDA text.</param>
internal sealed record BindingOptions(string Namespace, bool IsPublic = true, bool IsPacked = false, bool EmbedsCuda = true)
{
    /// <summary>The version that generated code names.</summary>
    public static string Version { get; } = typeof(BindingOptions).Assembly.GetName().Version is { } version ? version.ToString(3) : "0.0.0";
}
