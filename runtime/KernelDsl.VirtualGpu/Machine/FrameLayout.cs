using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Where registers, constants and special registers lie in the frame of a warp: 32 lanes side by side, a predicate is 32 bits.</summary>
internal sealed class FrameLayout
{
    private readonly Dictionary<(ulong Bits, int Size), int> _constants = [];
    private readonly Dictionary<string, int> _specials = new(StringComparer.Ordinal);
    private int _size;

    public int Size => (_size + 63) & ~63;

    public IReadOnlyDictionary<(ulong Bits, int Size), int> Constants => _constants;

    public IReadOnlyDictionary<string, int> Specials => _specials;

    /// <summary>Slots of addresses that were known late, with their 64-bit or 32-bit values.</summary>
    public Dictionary<int, ulong> Late { get; set; } = [];

    /// <summary>A slot for 64-bit values that are given later.</summary>
    public int LateSlot() => Take(256, 64);

    /// <summary>A slot for a register of a type.</summary>
    public int Add(PtxType type) => type == PtxType.Pred ? Take(4, 4) : Take(Math.Max(type.Size(), 2) * 32, 64);

    /// <summary>A slot that holds the same number in all lanes.</summary>
    public int Constant(ulong bits, int size)
    {
        bits = size switch { 0 => bits == 0 ? 0 : 1UL, 8 => bits, _ => bits & ((1UL << (size * 8)) - 1) };
        if (!_constants.TryGetValue((bits, size), out var slot))
        {
            slot = size == 0 ? Take(4, 4) : Take(Math.Max(size, 2) * 32, 64);
            _constants.Add((bits, size), slot);
        }

        return slot;
    }

    /// <summary>A slot of 32-bit values for a special register.</summary>
    public int Special(string name)
    {
        if (!_specials.TryGetValue(name, out var slot))
        {
            slot = Take(128, 64);
            _specials.Add(name, slot);
        }

        return slot;
    }

    private int Take(int bytes, int align)
    {
        _size = (_size + align - 1) & ~(align - 1);
        var slot = _size;
        _size = checked(_size + bytes);
        return slot;
    }
}
