using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <content>Arithmetic of halves.</content>
internal sealed unsafe partial class Decoder
{
    private void DecodeHalf(string opcode, PtxType type, Modifiers m)
    {
        var isPacked = type is PtxType.F16X2 or PtxType.BF16X2;
        var operation = opcode switch
        {
            "add" => HalfOperation.Add, "sub" => HalfOperation.Subtract, "mul" => HalfOperation.Multiply, "fma" => HalfOperation.MultiplyAdd, "min" => HalfOperation.Minimum,
            "max" => HalfOperation.Maximum, "abs" => HalfOperation.Abs, "neg" => HalfOperation.Negate, _ => throw Error($"'{_text.Name}' is not executed."),
        };
        m.Skip(".rn");
        var isBrain = type is PtxType.BF16 or PtxType.BF16X2;
        if (isBrain && opcode is "add" or "sub" or "mul")
        {
            RequireArchitecture(90);
        }

        if (isBrain && opcode is "add" or "sub" or "mul" or "fma" or "min" or "max" or "abs" or "neg")
        {
            RequireArchitecture(80);
        }

        _i.Data = new HalfForm(operation, isBrain, isPacked, m.Has(".ftz"), m.Has(".sat"), m.Has(".relu"), m.Has(".NaN"), m.Has(".xorsign"));
        m.Skip(".abs");
        _i.Class = InstructionClass.Half;
        var isUnary = opcode is "abs" or "neg";
        var isTernary = opcode == "fma";
        Operands(isTernary ? 4 : isUnary ? 2 : 3);
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = isUnary ? -1 : Source(2, type);
        _i.C = isTernary ? Source(3, type) : -1;
        _i.Execute = &HalfArithmetic.Run;
    }
}
