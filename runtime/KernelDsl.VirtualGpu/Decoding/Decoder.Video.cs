using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Video instructions: arithmetic on bytes and halves of registers.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeVideo(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Integer;
        var comparison = opcode == "vset" ? m.One(".eq", ".ne", ".lt", ".le", ".gt", ".ge") ?? throw Error($"'{_text.Name}' is not executed.") : "";
        var resultIsSigned = opcode != "vset" && m.Type().IsSigned();
        var (a, b) = (m.Type(), m.Type());
        var isPlusOne = m.Has(".po");
        var wraps = m.One(".clamp", ".wrap") == ".wrap";
        var saturates = m.Has(".sat");
        var scale = m.One(".shr7", ".shr15") switch { ".shr7" => 7, ".shr15" => 15, _ => 0 };
        var second = m.One(".add", ".min", ".max");
        Operands(3, 4);
        var (negatesA, negatesB, negatesC) = (Operand(1) is NegatedOperand, Operand(2) is NegatedOperand, _text.Operands.Length == 4 && Operand(3) is NegatedOperand);
        var (d, partOfD) = Part(Operand(0));
        var (x, partOfA) = Part(Operand(1));
        var (y, partOfB) = Part(Operand(2));
        _i.D = Destination(d, PtxType.B32);
        _i.A = Source(x, PtxType.B32);
        _i.B = Source(y, PtxType.B32);
        _i.C = _text.Operands.Length == 4 ? Source(Part(Operand(3)).Value, PtxType.B32) : -1;
        _i.Data = new VideoForm(opcode, comparison, resultIsSigned, a.IsSigned(), b.IsSigned(), saturates, second, partOfD, partOfA, partOfB, wraps, scale, isPlusOne, negatesA, negatesB, negatesC);
        _i.Execute = &VideoHandlers.Scalar;
    }

    private void DecodePackedVideo(string opcode, Modifiers m)
    {
        _i.Class = InstructionClass.Integer;
        var lanes = opcode[^1] - '0';
        var comparison = opcode.StartsWith("vset", StringComparison.Ordinal) ? m.One(".eq", ".ne", ".lt", ".le", ".gt", ".ge") ?? throw Error($"'{_text.Name}' is not executed.") : "";
        var resultIsSigned = comparison.Length == 0 && m.Type().IsSigned();
        var (a, b) = (m.Type(), m.Type());
        var saturates = m.Has(".sat");
        var sums = m.Has(".add");
        Operands(4);
        var (d, mask) = Part(Operand(0));
        var (x, partsOfA) = Part(Operand(1));
        var (y, partsOfB) = Part(Operand(2));
        _i.D = Destination(d, PtxType.B32);
        _i.A = Source(x, PtxType.B32);
        _i.B = Source(y, PtxType.B32);
        _i.C = Source(3, PtxType.B32);
        int[] Order(string? text, int first) => text is null ? Enumerable.Range(first, lanes).ToArray() : text[2..].Reverse().Select(c => c - '0').ToArray();
        var form = new PackedVideoForm(
            opcode[..^1], comparison, lanes, resultIsSigned, a.IsSigned(), b.IsSigned(), saturates, sums, mask is null ? (1 << lanes) - 1 : Order(mask, 0).Sum(k => 1 << (k & 3)), Order(partsOfA, 0), Order(partsOfB, lanes));
        if (form.PartsOfA.Length != lanes || form.PartsOfB.Length != lanes || form.PartsOfA.Concat(form.PartsOfB).Any(k => k < 0 || k >= 2 * lanes))
        {
            throw Error($"'{_text.Name}' chooses parts that it does not have.");
        }

        _i.Data = form;
        _i.Execute = &VideoHandlers.Packed;
    }

    private static (PtxOperand Value, string? Part) Part(PtxOperand operand) => operand switch
    {
        PartOperand { Value: NegatedOperand negated } part => (negated.Value, part.Part),
        PartOperand part => (part.Value, part.Part),
        NegatedOperand negated => (negated.Value, null),
        _ => (operand, null),
    };
}
