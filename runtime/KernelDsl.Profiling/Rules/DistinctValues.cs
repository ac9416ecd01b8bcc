namespace KernelDsl.Profiling.Rules;

/// <summary>A small set in the order of insertion. Rising values, as of most accesses, are added without a search.</summary>
internal ref struct DistinctValues(Span<ulong> room)
{
    private readonly Span<ulong> _room = room;
    private int _count;
    private ulong _largest;

    public readonly ReadOnlySpan<ulong> Values => _room[.._count];

    public void Add(ulong value)
    {
        if (_count > 0 && (value == _largest || (value < _largest && Values.Contains(value))))
        {
            return;
        }

        _room[_count++] = value;
        _largest = Math.Max(_largest, value);
    }
}
