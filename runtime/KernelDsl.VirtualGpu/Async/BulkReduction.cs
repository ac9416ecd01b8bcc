using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>The operation of <c>cp.reduce.async.bulk</c> and <c>red.async</c>, element by element; each element is one atomic step.</summary>
internal sealed unsafe record BulkReduction(string Operation, PtxType Type)
{
    public static bool IsKnown(string operation, PtxType type) => (operation, type) switch
    {
        (".add", PtxType.U32 or PtxType.S32 or PtxType.U64 or PtxType.F16 or PtxType.BF16 or PtxType.F32 or PtxType.F64) => true,
        (".add", PtxType.S64) => true,
        (".min" or ".max", PtxType.U32 or PtxType.S32 or PtxType.U64 or PtxType.S64 or PtxType.F16 or PtxType.BF16) => true,
        (".inc" or ".dec", PtxType.U32) => true,
        (".and" or ".or" or ".xor", PtxType.B32 or PtxType.B64 or PtxType.U32 or PtxType.S32 or PtxType.U64 or PtxType.S64) => true,
        _ => false,
    };

    public void Apply(byte* target, ReadOnlySpan<byte> values)
    {
        var size = Type.Size();
        for (var at = 0; at < values.Length; at += size)
        {
            switch (size)
            {
                case 8:
                    Exchange((ulong*)(target + at), BitConverter.ToUInt64(values[at..]));
                    break;
                case 4:
                    Exchange((uint*)(target + at), BitConverter.ToUInt32(values[at..]), 0, uint.MaxValue);
                    break;
                default:
                    var shift = (int)((nint)(target + at) & 2) * 8;
                    Exchange((uint*)((nint)(target + at) & ~3), BitConverter.ToUInt16(values[at..]), shift, 0xffffu << shift);
                    break;
            }
        }
    }

    private void Exchange(ulong* place, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref *place);
        }
        while (Interlocked.CompareExchange(ref *place, Combine(old, value), old) != old);
    }

    private void Exchange(uint* word, uint value, int shift, uint mask)
    {
        uint old;
        uint wanted;
        do
        {
            old = Volatile.Read(ref *word);
            wanted = (old & ~mask) | (((uint)Combine((old & mask) >> shift, value) << shift) & mask);
        }
        while (Interlocked.CompareExchange(ref *word, wanted, old) != old);
    }

    private ulong Combine(ulong a, ulong b) => (Operation, Type) switch
    {
        (".and", _) => a & b,
        (".or", _) => a | b,
        (".xor", _) => a ^ b,
        (".inc", _) => a >= b ? 0 : a + 1,
        (".dec", _) => a == 0 || a > b ? b : a - 1,
        (".add", PtxType.F32) => BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle((uint)a) + BitConverter.UInt32BitsToSingle((uint)b)),
        (".add", PtxType.F64) => BitConverter.DoubleToUInt64Bits(BitConverter.UInt64BitsToDouble(a) + BitConverter.UInt64BitsToDouble(b)),
        (_, PtxType.F16 or PtxType.BF16) => Half((ushort)a, (ushort)b),
        (".add", PtxType.U32 or PtxType.S32) => (uint)(a + b),
        (".add", _) => unchecked(a + b),
        (".min", PtxType.S32) => (uint)Math.Min((int)a, (int)b),
        (".max", PtxType.S32) => (uint)Math.Max((int)a, (int)b),
        (".min", PtxType.S64) => (ulong)Math.Min((long)a, (long)b),
        (".max", PtxType.S64) => (ulong)Math.Max((long)a, (long)b),
        (".min", _) => Math.Min(a, b),
        (".max", _) => Math.Max(a, b),
        _ => throw new InvalidOperationException($"The reduction {Operation} is decoded but not executed."),
    };

    private ushort Half(ushort a, ushort b)
    {
        var operation = Operation switch { ".min" => HalfOperation.Minimum, ".max" => HalfOperation.Maximum, _ => HalfOperation.Add };
        return HalfArithmetic.Apply(new HalfForm(operation, Type == PtxType.BF16, false, false, false, false, false, false), a, b, 0);
    }
}
