using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelDsl.Profiling.Sass;

/// <summary>One machine instruction.</summary>
/// <param name="Address">Its offset in the function.</param>
/// <param name="Guard">Such as <c>!P0</c>; null without one.</param>
/// <param name="Opcode">Such as <c>LDG.E.128</c>.</param>
/// <param name="Text">The instruction with its operands.</param>
/// <param name="PtxLine">The line of PTX it stands for; 0 when the disassembly names none.</param>
/// <param name="IsSlowPath">Whether it lies in a subroutine for special operands, such as that of a division.</param>
public sealed record SassInstruction(int Address, string? Guard, string Opcode, string Text, int PtxLine, bool IsSlowPath);

/// <summary>The machine code of an entry.</summary>
/// <param name="Name">The name of the entry.</param>
/// <param name="Instructions">In the order of addresses.</param>
public sealed partial record SassFunction(string Name, ImmutableArray<SassInstruction> Instructions)
{
    // Names of the subroutines that ptxas adds, such as $__internal_0_$__cuda_sm3x_div_rn_noftz_f32_slowpath.
    private const string SubroutineMark = "$__";

    /// <summary>
    /// Reads what <c>nvdisasm -gp -c</c> writes for a cubin made by <c>ptxas -lineinfo</c>. The padding after the code is left out.
    /// </summary>
    /// <param name="text">The text.</param>
    public static ImmutableArray<SassFunction> Parse(string text)
    {
        var functions = ImmutableArray.CreateBuilder<SassFunction>();
        var instructions = new List<SassInstruction>();
        string? name = null;
        var line = 0;
        var isSlowPath = false;
        foreach (var row in text.Split('\n'))
        {
            if (Section().Match(row) is { Success: true } section)
            {
                Finish();
                // Tables of line numbers have sections too: only those of code count.
                name = section.Groups[1].Value is { Length: > 0 } code ? code : null;
                (line, isSlowPath) = (0, false);
            }
            else if (name is null)
            {
                continue;
            }
            else if (Anchor().Match(row) is { Success: true } anchor)
            {
                line = int.Parse(anchor.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else if (Label().Match(row) is { Success: true } label)
            {
                isSlowPath |= label.Groups[1].Value.StartsWith(SubroutineMark, StringComparison.Ordinal);
            }
            else if (Instruction().Match(row) is { Success: true } found)
            {
                var address = int.Parse(found.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var guard = found.Groups[2].Success ? found.Groups[2].Value : null;
                instructions.Add(new SassInstruction(address, guard, found.Groups[3].Value, (found.Groups[3].Value + found.Groups[4].Value).TrimEnd(), line, isSlowPath));
            }
        }

        Finish();
        return functions.ToImmutable();

        void Finish()
        {
            if (name is not null)
            {
                functions.Add(new SassFunction(name, [.. WithoutPadding(instructions)]));
            }

            instructions.Clear();
        }
    }

    // The code ends with a branch to itself and NOPs that fill the last cache line.
    private static List<SassInstruction> WithoutPadding(List<SassInstruction> instructions)
    {
        var end = instructions.Count;
        while (end > 0 && instructions[end - 1].Opcode == "NOP")
        {
            end--;
        }

        // Behind an instruction that never goes on to the next, nothing reaches it.
        var isTrap = end > 1 && instructions[end - 1] is { Opcode: "BRA", Guard: null }
            && instructions[end - 2] is { Guard: null, Opcode: "EXIT" or "RET.REL.NODEC" or "BRA" };
        return instructions.GetRange(0, isTrap ? end - 1 : end);
    }

    [GeneratedRegex(@"^\s*\.section\s+(?:\.text\.([^,""\s]+))?")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\s*//## File "".nv_debug_ptx_txt[^""]*"", line (\d{1,9})")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^\s*([.$\w]+):\s*$")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s*/\*([0-9a-f]{4,8})\*/\s+(?:@(!?U?P[0-9T]+)\s+)?([A-Z][A-Za-z0-9_.]*)([^;]*);")]
    private static partial Regex Instruction();
}
