using System.Globalization;
using System.Text;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>The formats of device-side printf: arguments lie one after the other, each aligned to its size.</summary>
internal static unsafe class Printf
{
    public static string Format(Warp warp, Instruction i, int lane, string format, ulong arguments)
    {
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            at++;
            var part = new Part();
            while (at < format.Length && "-+ #0".Contains(format[at], StringComparison.Ordinal))
            {
                part.Flags += format[at++];
            }

            int? Number()
            {
                if (at < format.Length && format[at] == '*')
                {
                    at++;
                    return (int)Argument(warp, i, lane, 4, true, ref arguments);
                }

                var start = at;
                while (at < format.Length && char.IsAsciiDigit(format[at]))
                {
                    at++;
                }

                return at > start && int.TryParse(format.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var number) ? Math.Min(number, 4096) : null;
            }

            part.Width = Number() ?? 0;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                part.Precision = Number() ?? 0;
            }

            while (at < format.Length && format[at] is 'l' or 'h' or 'z' or 'j' or 't')
            {
                part.IsLong |= format[at] is 'l' or 'z' or 'j' or 't';
                part.Halves += format[at] == 'h' ? 1 : 0;
                at++;
            }

            part.Kind = at < format.Length ? format[at] : '%';
            text.Append(part.Kind == '%' ? "%" : One(warp, i, lane, part, ref arguments));
        }

        return text.ToString();
    }

    private static string One(Warp warp, Instruction i, int lane, Part part, ref ulong arguments)
    {
        var isFloat = part.Kind is 'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 'a' or 'A';
        var isSigned = part.Kind is 'd' or 'i';
        var bits = Argument(warp, i, lane, isFloat || part.IsLong || part.Kind is 's' or 'p' ? 8 : 4, isSigned, ref arguments);
        if (part.Halves > 0)
        {
            bits = (part.Halves > 1, isSigned) switch { (true, true) => (ulong)(sbyte)bits, (true, _) => (byte)bits, (_, true) => (ulong)(short)bits, _ => (ushort)bits };
        }

        switch (part.Kind)
        {
            case 'c':
                return Padded(((char)(byte)bits).ToString(), "", part, false);
            case 's':
                var content = Builtins.Text(warp, i, lane, bits);
                return Padded(part.Precision is { } most && most < content.Length ? content[..most] : content, "", part, false);
            case 'p':
                return Padded("0x" + bits.ToString("x", CultureInfo.InvariantCulture), "", part, false);
        }

        if (isFloat)
        {
            var number = BitConverter.UInt64BitsToDouble(bits);
            var size = Math.Abs(number);
            var digits = double.IsNaN(number) ? "nan" : double.IsInfinity(number) ? "inf" : Digits(size, part.Kind, part.Precision ?? 6, part.Flags.Contains('#', StringComparison.Ordinal));
            return Padded(char.IsUpper(part.Kind) ? digits.ToUpperInvariant() : digits, Sign(part, double.IsNegative(number)), part, double.IsFinite(number));
        }

        var isNegative = isSigned && (long)bits < 0;
        var value = isNegative ? unchecked(0 - bits) : bits;
        var whole = part.Kind switch
        {
            'x' => value.ToString("x", CultureInfo.InvariantCulture), 'X' => value.ToString("X", CultureInfo.InvariantCulture), 'o' => Convert.ToString((long)value, 8),
            _ => value.ToString(CultureInfo.InvariantCulture),
        };
        whole = part.Precision is { } least ? (least == 0 && value == 0 ? "" : whole.PadLeft(least, '0')) : whole;
        var prefix = isSigned ? Sign(part, isNegative) : part.Flags.Contains('#', StringComparison.Ordinal) && value != 0 ? part.Kind switch { 'x' => "0x", 'X' => "0X", 'o' => "0", _ => "" } : "";
        return Padded(whole, prefix, part, part.Precision is null);
    }

    /// <summary>A number as C writes it, without its sign.</summary>
    private static string Digits(double size, char kind, int precision, bool keepsZeros)
    {
        switch (char.ToLowerInvariant(kind))
        {
            case 'f':
                return size.ToString("F" + precision, CultureInfo.InvariantCulture);
            case 'e':
                return size.ToString($"{(precision > 0 ? "0." : "0")}{new string('0', precision)}e+00", CultureInfo.InvariantCulture);
            case 'a':
                return Hexadecimal(size);
        }

        precision = Math.Max(precision, 1);
        var rounded = size.ToString($"{(precision > 1 ? "0." : "0")}{new string('0', precision - 1)}e+00", CultureInfo.InvariantCulture);
        var exponent = size == 0 ? 0 : int.Parse(rounded[(rounded.IndexOf('e', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        if (exponent >= -4 && exponent < precision)
        {
            var plain = size.ToString("F" + (precision - 1 - exponent), CultureInfo.InvariantCulture);
            return keepsZeros || !plain.Contains('.', StringComparison.Ordinal) ? plain : plain.TrimEnd('0').TrimEnd('.');
        }

        var mantissa = rounded[..rounded.IndexOf('e', StringComparison.Ordinal)];
        mantissa = keepsZeros || !mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa.TrimEnd('0').TrimEnd('.');
        return mantissa + rounded[rounded.IndexOf('e', StringComparison.Ordinal)..];
    }

    private static string Hexadecimal(double size)
    {
        var bits = BitConverter.DoubleToUInt64Bits(size);
        var exponent = (int)(bits >> 52);
        var fraction = (bits & ((1UL << 52) - 1)).ToString("x13", CultureInfo.InvariantCulture).TrimEnd('0');
        var power = size == 0 ? 0 : Math.Max(exponent, 1) - 1023;
        return string.Create(CultureInfo.InvariantCulture, $"0x{(exponent == 0 ? 0 : 1)}{(fraction.Length > 0 ? "." : "")}{fraction}p{(power < 0 ? "-" : "+")}{Math.Abs(power)}");
    }

    private static string Sign(Part part, bool isNegative)
        => isNegative ? "-" : part.Flags.Contains('+', StringComparison.Ordinal) ? "+" : part.Flags.Contains(' ', StringComparison.Ordinal) ? " " : "";

    private static string Padded(string text, string sign, Part part, bool allowsZeros)
    {
        var left = part.Width < 0 || part.Flags.Contains('-', StringComparison.Ordinal);
        var width = Math.Abs(part.Width);
        if (left)
        {
            return (sign + text).PadRight(width);
        }

        return allowsZeros && part.Flags.Contains('0', StringComparison.Ordinal) ? sign + text.PadLeft(Math.Max(0, width - sign.Length), '0') : (sign + text).PadLeft(width);
    }

    private static ulong Argument(Warp warp, Instruction i, int lane, int size, bool isSigned, ref ulong arguments)
    {
        arguments = (arguments + (ulong)size - 1) & ~(ulong)(size - 1);
        var bits = MemoryAccess.TryResolve(warp, i, lane, StateSpace.None, arguments, size, AccessType.Read, out var place) ? LoadStore.ReadMemory(place.Data, size, isSigned) : 0;
        arguments += (ulong)size;
        return bits;
    }

    /// <summary>One conversion.</summary>
    private sealed class Part
    {
        public string Flags { get; set; } = "";

        public int Width { get; set; }

        public int? Precision { get; set; }

        public bool IsLong { get; set; }

        public int Halves { get; set; }

        public char Kind { get; set; }
    }
}
