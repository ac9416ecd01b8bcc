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

    /// <summary>The points at given places of some axes; -1 leaves an axis free. Costs no more than there are such points, where the tensor is dense.</summary>
    public IEnumerable<long[]> PointsAt(long[] places) => _pattern is null
        ? PointSequence.Of(_extents, places)
        : _pattern.Points().Where(index => index.Zip(places, (i, place) => place < 0 || place == i).All(matches => matches));
}

/// <summary>Counts through index tuples.</summary>
internal static class PointSequence
{
    public static IEnumerable<long[]> Of(long[] extents) => Of(extents, extents.Select(_ => -1L).ToArray());

    /// <summary>Index tuples with some places given; -1 leaves an axis free.</summary>
    public static IEnumerable<long[]> Of(long[] extents, long[] places)
    {
        if (extents.Any(extent => extent <= 0))
        {
            yield break;
        }

        var index = places.Select(place => Math.Max(place, 0)).ToArray();
        while (true)
        {
            yield return (long[])index.Clone();
            var k = extents.Length - 1;
            while (k >= 0 && (places[k] >= 0 || ++index[k] == extents[k]))
            {
                index[k] = Math.Max(places[k], 0);
                k--;
            }

            if (k < 0)
            {
                yield break;
            }
        }
    }
}
