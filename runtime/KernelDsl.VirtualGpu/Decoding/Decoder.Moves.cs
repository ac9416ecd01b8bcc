using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <content>Moves between registers.</content>
internal sealed unsafe partial class Decoder
{
    private void DecodeMove(Modifiers m)
    {
        Operands(2);
        var parts = m.One(".v2", ".v4", ".v8");
        var type = m.Type();
        _i.Class = InstructionClass.Move;
        if (parts is not null)
        {
            DecodeVectorMove(parts[2] - '0', type);
            return;
        }

        if (Operand(0) is VectorOperand || Operand(1) is VectorOperand)
        {
            DecodePack(type);
            return;
        }

        if (Operand(1) is RegisterOperand { Name: "%clock" or "%clock64" or "%clock_hi" or "%globaltimer" or "%globaltimer_lo" or "%globaltimer_hi" } clock)
        {
            _i.D = Destination(0, type);
            _i.Option = clock.Name switch { "%clock" or "%globaltimer_lo" => 4, "%clock_hi" or "%globaltimer_hi" => 5, _ => 8 };
            _i.Execute = &Builtins.Clock;
            return;
        }

        if (type == PtxType.Pred)
        {
            _i.D = Destination(0, type);
            _i.A = Predicate(Operand(1), out var negated);
            _i.Option = negated ? 1 : 0;
            _i.Execute = &Builtins.MovePredicate;
            return;
        }

        _i.IsMove = true;
        if (type == PtxType.B128)
        {
            Move128(Halves(Source(1, type)), Halves(Destination(0, type)));
            return;
        }

        if (Operand(1) is RegisterOperand special && Special(special.Name) is { } slot && type.Size() != 4)
        {
            _i.D = Destination(0, type);
            _i.A = slot.Slot;
            Handler resized = type.Size() == 8 ? &Lanes.Unary<uint, ulong, Widen> : &Lanes.Unary<uint, ushort, Narrow>;
            _i.Execute = resized;
            return;
        }

        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        Handler move = type.Size() switch { 8 => &Lanes.Move<ulong>, 4 => &Lanes.Move<uint>, 1 or 2 => &Lanes.Move<ushort>, _ => throw Error($"mov of .{type.Name()} is not executed.") };
        _i.Execute = move;
    }

    private void DecodeVectorMove(int count, PtxType type)
    {
        if (Operand(0) is not VectorOperand { Items: var to } || Operand(1) is not VectorOperand { Items: var from } || to.Length != count || from.Length != count)
        {
            throw Error($"'{_text.Name}' needs {count} registers on both sides.");
        }

        _i.IsMove = true;
        _i.Width = Math.Max(type.Size(), 2);
        _i.Sources = from.Select(item => Source(item, type)).ToArray();
        _i.Destinations = to.Select(item => item is SinkOperand ? -1 : Destination(item, type)).ToArray();
        _i.Execute = &Builtins.MoveParts;
    }
}
