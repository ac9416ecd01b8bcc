using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

internal enum PointState : byte
{
    Unknown,
    Defined,
    Undefined,
}

/// <summary>The points of a local or output that are known so far.</summary>
internal sealed class ComputedTensor
{
    private readonly long[] _extents;
    private readonly SparseStorage? _pattern;

    public ComputedTensor(Definition definition, long[] extents, SparseStorage? pattern)
    {
        Definition = definition;
        _extents = extents;
        _pattern = pattern;
        var count = pattern?.Count ?? extents.Aggregate(1L, (product, extent) => checked(product * extent));
        Values = new Number[count];
        States = new PointState[count];
    }

    public Definition Definition { get; }

    public Number[] Values { get; }

    public PointState[] States { get; }

    /// <summary>Where a point is kept, or -1 where a sparse output does not store it.</summary>
    public long PositionOf(long[] index)
    {
        if (_pattern is not null)
        {
            return _pattern.Find(index[0], index[1]);
        }

        long position = 0;
        for (var k = 0; k < index.Length; k++)
        {
            position = (position * _extents[k]) + index[k];
        }

        return position;
    }

    /// <summary>All points, in row-major order; of a sparse output the stored ones.</summary>
    public IEnumerable<long[]> Points() => _pattern is null ? PointSequence.Of(_extents) : _pattern.Points();
}

/// <summary>Counts through index tuples.</summary>
internal static class PointSequence
{
    public static IEnumerable<long[]> Of(long[] extents)
    {
        if (extents.Any(extent => extent <= 0))
        {
            yield break;
        }

        var index = new long[extents.Length];
        while (true)
        {
            yield return (long[])index.Clone();
            var k = extents.Length - 1;
            while (k >= 0 && ++index[k] == extents[k])
            {
                index[k--] = 0;
            }

            if (k < 0)
            {
                yield break;
            }
        }
    }
}
