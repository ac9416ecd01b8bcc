using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>Finds the stored points of a sparse tensor, by looking through its arrays.</summary>
internal sealed class SparseStorage
{
    private readonly Dictionary<(long Row, long Column), long> _positions = [];
    private readonly List<long[]> _points = [];

    /// <summary>The number of stored values, padding included.</summary>
    public long Count { get; private set; }

    public static SparseStorage Of(TensorSymbol tensor, ReferenceData data, KernelInstance instance, Func<BoundExpression, long> extent)
    {
        var storage = new SparseStorage();
        var pattern = tensor.Like ?? tensor;
        var indices = data.Integers[pattern.Name + ".indices"];
        data.Integers.TryGetValue(pattern.Name + ".offsets", out var offsets);
        var rows = extent(pattern.Axes[0].Extent);
        var sizes = pattern.FormatArguments.Select(extent).ToArray();
        switch (pattern.Format)
        {
            case TensorFormat.Csr:
                storage.AddCompressed(offsets!, indices, (major, minor, at) => storage.Add(major, minor, at));
                break;
            case TensorFormat.Csc:
                storage.AddCompressed(offsets!, indices, (major, minor, at) => storage.Add(minor, major, at));
                break;
            case TensorFormat.Coo:
                var count = indices.Length / 2;
                for (var at = 0; at < count; at++)
                {
                    storage.Add(indices[at], indices[count + at], at);
                }

                break;
            case TensorFormat.Ell:
                for (var at = 0; at < indices.Length; at++)
                {
                    storage.Add(at / sizes[0], indices[at], at);
                }

                break;
            case TensorFormat.Bsr:
                storage.AddCompressed(offsets!, indices, (major, minor, at) => storage.AddBlock(major, minor, at, sizes));
                break;
            case TensorFormat.StructuredNm:
                var perRow = rows == 0 ? 0 : indices.Length / rows;
                for (var at = 0; at < indices.Length; at++)
                {
                    storage.Add(at / perRow, (at % perRow / sizes[0] * sizes[1]) + indices[at], at);
                }

                break;
        }

        return storage;
    }

    public long Find(long row, long column) => _positions.TryGetValue((row, column), out var position) ? position : -1;

    public IEnumerable<long[]> Points() => _points;

    private void AddCompressed(long[] offsets, long[] indices, Action<long, long, long> add)
    {
        for (var major = 0; major + 1 < offsets.Length; major++)
        {
            for (var at = offsets[major]; at < offsets[major + 1]; at++)
            {
                add(major, indices[at], at);
            }
        }
    }

    private void AddBlock(long blockRow, long blockColumn, long block, long[] sizes)
    {
        for (long r = 0; r < sizes[0]; r++)
        {
            for (long c = 0; c < sizes[1]; c++)
            {
                Add((blockRow * sizes[0]) + r, (blockColumn * sizes[1]) + c, (((block * sizes[0]) + r) * sizes[1]) + c);
            }
        }
    }

    /// <summary>Padding of ell has a negative column and is not a point.</summary>
    private void Add(long row, long column, long position)
    {
        Count = Math.Max(Count, position + 1);
        if (column >= 0 && !_positions.ContainsKey((row, column)))
        {
            _positions.Add((row, column), position);
            _points.Add([row, column]);
        }
    }
}
