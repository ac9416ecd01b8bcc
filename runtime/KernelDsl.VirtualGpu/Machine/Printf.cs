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

            var start = at++;
            while (at < format.Length && "-+ #0123456789.".Contains(format[at], StringComparison.Ordinal))
            {
                at++;
            }

            var flags = format[(start + 1)..at];
            var isLong = false;
            while (at < format.Length && format[at] is 'l' or 'h' or 'z' or 'j' or 't')
            {
                isLong |= format[at] is 'l' or 'z' or 'j' or 't';
                at++;
            }

            var kind = at < format.Length ? format[at] : '%';
            text.Append(kind == '%' ? "%" : Pad(One(warp, i, lane, kind, isLong, flags, ref arguments), flags));
        }

        return text.ToString();
    }

    private static string One(Warp warp, Instruction i, int lane, char kind, bool isLong, string flags, ref ulong arguments)
    {
        var size = kind is 'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 's' or 'p' || isLong ? 8 : 4;
        arguments = (arguments + (ulong)size - 1) & ~(ulong)(size - 1);
        if (!MemoryAccess.TryResolve(warp, i, lane, StateSpace.None, arguments, size, AccessType.Read, out var place))
        {
            return "?";
        }

        var bits = LoadStore.ReadMemory(place.Data, size, kind is 'd' or 'i');
        arguments += (ulong)size;
        var point = flags.IndexOf('.', StringComparison.Ordinal);
        var digits = point >= 0 && int.TryParse(flags[(point + 1)..], out var d) ? d : 6;
        var number = BitConverter.UInt64BitsToDouble(bits);
        return kind switch
        {
            'd' or 'i' => ((long)bits).ToString(CultureInfo.InvariantCulture),
            'u' => bits.ToString(CultureInfo.InvariantCulture),
            'x' => bits.ToString("x", CultureInfo.InvariantCulture),
            'X' => bits.ToString("X", CultureInfo.InvariantCulture),
            'o' => Convert.ToString((long)bits, 8),
            'c' => ((char)(byte)bits).ToString(),
            'p' => "0x" + bits.ToString("x", CultureInfo.InvariantCulture),
            's' => Builtins.Text(warp, i, lane, bits),
            'f' or 'F' => number.ToString("F" + digits, CultureInfo.InvariantCulture),
            'e' or 'E' => number.ToString($"{(kind == 'e' ? "0." : "0.")}{new string('0', digits)}{kind}+00", CultureInfo.InvariantCulture),
            _ => ((float)number).ToString("G" + Math.Max(digits, 1), CultureInfo.InvariantCulture),
        };
    }

    private static string Pad(string text, string flags)
    {
        var width = new string(flags.TrimStart('-', '+', ' ', '#', '0').TakeWhile(char.IsAsciiDigit).ToArray());
        if (!int.TryParse(width, CultureInfo.InvariantCulture, out var wanted))
        {
            return text;
        }

        return flags.StartsWith('-') ? text.PadRight(wanted) : flags.StartsWith('0') ? text.PadLeft(wanted, '0') : text.PadLeft(wanted);
    }
}
