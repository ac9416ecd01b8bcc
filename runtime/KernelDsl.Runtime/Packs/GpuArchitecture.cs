using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KernelDsl.Runtime.Packs;

/// <summary>An architecture such as <c>sm_80</c> or <c>sm_90a</c>.</summary>
/// <param name="Number">Ten times the major version of the compute capability and the minor one, such as 80.</param>
/// <param name="Suffix"><c>a</c> for features of exactly this one, <c>f</c> for those of its family, otherwise empty.</param>
internal readonly record struct GpuArchitecture(int Number, string Suffix)
{
    private int Major => Number / 10;

    public static bool TryParse(string text, [NotNullWhen(true)] out GpuArchitecture? architecture)
    {
        architecture = null;
        if (!text.StartsWith("sm_", StringComparison.Ordinal))
        {
            return false;
        }

        var digits = text.AsSpan(3).TrimEnd("af");
        var suffix = text[(3 + digits.Length)..];
        if (digits.Length is < 2 or > 3 || suffix.Length > 1 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        architecture = new GpuArchitecture(number, suffix);
        return true;
    }

    /// <summary>
    /// How well an image fits a device of this architecture; null when it cannot run there. Larger is better: machine code for exactly this one, then its PTX, then
    /// the PTX of the newest older one, which the driver finishes, and at last machine code of an older one with the same major version.
    /// </summary>
    public int? Fit(GpuArchitecture image, string kind)
    {
        var isCubin = kind == KernelImageKinds.Cubin;
        if (image.Number == Number)
        {
            // A device with a plain name runs what was made with its special features; a wish for the features takes nothing else.
            return Suffix.Length > 0 && Suffix != image.Suffix ? null : 4000 + (isCubin ? 2 : 0) + (image.Suffix == Suffix ? 1 : 0);
        }

        var isOlder = Suffix.Length == 0 && image.Suffix is "" or "f" && image.Number < Number;
        return (isOlder, isCubin, image.Suffix) switch
        {
            (true, false, "") => 2000 + image.Number,
            (true, _, _) when image.Major == Major => image.Number,
            _ => null,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"sm_{Number}{Suffix}");
}
