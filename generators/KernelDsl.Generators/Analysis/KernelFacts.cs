using System.Globalization;
using Microsoft.CodeAnalysis;

namespace KernelDsl.Generators.Analysis;

/// <summary>What <c>KernelInfoAttribute</c> says of a generated class.</summary>
internal sealed class KernelFacts
{
    private KernelFacts(string name, ImmutableArray<(string Name, ImmutableArray<string> Allowed)> types, ImmutableArray<(string Name, ImmutableArray<string> Allowed)> consts, ImmutableArray<ImmutableDictionary<string, string>> packed)
    {
        Name = name;
        Types = types;
        Consts = consts;
        Packed = packed;
    }

    public string Name { get; }

    /// <summary>The type parameters in order, with the names of the element types they allow.</summary>
    public ImmutableArray<(string Name, ImmutableArray<string> Allowed)> Types { get; }

    /// <summary>The consts in order; none allowed means any.</summary>
    public ImmutableArray<(string Name, ImmutableArray<string> Allowed)> Consts { get; }

    /// <summary>The variants of the pack: a value for each type parameter and const.</summary>
    public ImmutableArray<ImmutableDictionary<string, string>> Packed { get; }

    public static KernelFacts? Of(INamedTypeSymbol type, INamedTypeSymbol attributeType)
    {
        foreach (var attribute in type.OriginalDefinition.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, attributeType) && attribute.ConstructorArguments.Length == 1
                && attribute.ConstructorArguments[0].Value is string name)
            {
                string Text(string key) => attribute.NamedArguments.FirstOrDefault(a => a.Key == key).Value.Value as string ?? string.Empty;
                return new KernelFacts(name, Choices(Text("Types")), Choices(Text("Consts")), Variants(Text("Packed")));
            }
        }

        return null;
    }

    /// <summary>The name of the element type that a C# type is.</summary>
    public static string ElementName(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Double => "f64",
        SpecialType.System_Single => "f32",
        SpecialType.System_Int64 => "i64",
        SpecialType.System_Int32 => "i32",
        SpecialType.System_Int16 => "i16",
        SpecialType.System_SByte => "i8",
        SpecialType.System_Byte => "u8",
        SpecialType.System_Boolean => "bool",
        _ => type.ToDisplayString() switch
        {
            "System.Half" => "f16",
            "KernelDsl.BFloat16" => "bf16",
            "KernelDsl.Float8E4M3" => "f8e4m3",
            "KernelDsl.Float8E5M2" => "f8e5m2",
            "KernelDsl.Int4" => "i4",
            "KernelDsl.UInt4" => "u4",
            "KernelDsl.Int2" => "i2",
            var other => other,
        },
    };

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static ImmutableArray<(string, ImmutableArray<string>)> Choices(string text) => Parts(text, ';').Select(part =>
    {
        var (name, values) = Split(part);
        return (name, Parts(values, '|').ToImmutableArray());
    }).ToImmutableArray();

    private static ImmutableArray<ImmutableDictionary<string, string>> Variants(string text) => Parts(text, ';')
        .Select(variant => Parts(variant == "*" ? string.Empty : variant, ',').Select(Split).ToImmutableDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)).ToImmutableArray();

    private static (string Name, string Value) Split(string part)
    {
        var at = part.IndexOf('=');
        return at < 0 ? (part, string.Empty) : (part.Substring(0, at), part.Substring(at + 1));
    }

    private static IEnumerable<string> Parts(string text, char separator) => text.Split(separator).Where(part => part.Length > 0);
}
