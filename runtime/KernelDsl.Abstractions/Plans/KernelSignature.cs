using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace KernelDsl.Plans;

/// <summary>
/// What a call of a kernel passes, as data: which arrays with which axes, and how every size follows from their shapes. Host expressions are postfix text over
/// the names of the plan's arguments, as in <see cref="KernelPlan"/>.
/// </summary>
/// <param name="Name">The kernel's name as the spec has it.</param>
/// <param name="Types">The type parameters, in order.</param>
/// <param name="Consts">The const parameters, in order.</param>
/// <param name="Extents">All sizes, also those that storage brings with it.</param>
/// <param name="Scalars">The scalar parameters, in order.</param>
/// <param name="Arrays">All arrays of parameters, then of outputs.</param>
/// <param name="Solves">How sizes and consts follow from shapes, in the order in which they can be computed.</param>
public sealed record KernelSignature(
    string Name,
    ImmutableArray<SignatureType> Types,
    ImmutableArray<SignatureConst> Consts,
    ImmutableArray<SignatureExtent> Extents,
    ImmutableArray<SignatureScalar> Scalars,
    ImmutableArray<SignatureArray> Arrays,
    ImmutableArray<SignatureSolve> Solves);

/// <summary>A type parameter.</summary>
/// <param name="Name">The name.</param>
/// <param name="Allowed">The element types it may stand for, at least one.</param>
public sealed record SignatureType(string Name, ImmutableArray<ElementType> Allowed);

/// <summary>A const parameter.</summary>
/// <param name="Name">The name.</param>
/// <param name="Argument">The name of the plan's argument.</param>
/// <param name="Allowed">The values it may have; empty when any from 0 on.</param>
/// <param name="Default">The value where a call gives none and no shape says it.</param>
public sealed record SignatureConst(string Name, string Argument, ImmutableArray<long> Allowed, long? Default)
{
    /// <summary>The macro that stands for the value in CUDA C.</summary>
    public string Macro => MacroOf(Argument);

    /// <summary>The macro of a const whose argument has a name. Compilers of CUDA C take only ASCII, so other letters become their numbers.</summary>
    public static string MacroOf(string argument)
    {
        var macro = new StringBuilder("KDSL_CONST_");
        foreach (var c in argument)
        {
            _ = c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')
                ? macro.Append(c)
                : macro.Append('u').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return macro.ToString();
    }
}

/// <summary>A size.</summary>
/// <param name="Name">The name as the spec has it, or of what brings it, such as <c>a.nnz</c>.</param>
/// <param name="Argument">The name of the plan's argument.</param>
/// <param name="IsGiven">Whether no shape gives it, so that a call passes it.</param>
public sealed record SignatureExtent(string Name, string Argument, bool IsGiven);

/// <summary>A scalar parameter.</summary>
/// <param name="Name">The name.</param>
/// <param name="Argument">The name of the plan's argument.</param>
/// <param name="Element">An element type's name, or a type parameter's.</param>
/// <param name="Default">A host expression over extents and consts, or null where a call must pass a value.</param>
public sealed record SignatureScalar(string Name, string Argument, string Element, string? Default);

/// <summary>One array that a call passes, or the shape of a sparse tensor whose arrays follow.</summary>
/// <param name="Key">The name: <c>q</c>, and <c>a.values</c> for an array of a sparse tensor.</param>
/// <param name="Buffer">The name of the plan's buffer; null for the shape of a sparse tensor, which has no memory of its own.</param>
/// <param name="Element">An element type's name, or a type parameter's.</param>
/// <param name="IsOutput">Whether the kernel writes it.</param>
/// <param name="Axes">The axes, the last one fastest.</param>
public sealed record SignatureArray(string Key, string? Buffer, string Element, bool IsOutput, ImmutableArray<SignatureAxis> Axes);

/// <summary>One axis of an array.</summary>
/// <param name="Name">The name, for messages.</param>
/// <param name="Extent">The size, a host expression over extents and consts.</param>
public sealed record SignatureAxis(string Name, string Extent);

/// <summary>One step from shapes to sizes.</summary>
/// <param name="Argument">The extent's or const's argument that gets the value.</param>
/// <param name="Array">The index of the array.</param>
/// <param name="Axis">The index of its axis.</param>
/// <param name="Value">A host expression over what is known before and <c>#</c>, the size of that axis.</param>
public sealed record SignatureSolve(string Argument, int Array, int Axis, string Value);
