namespace KernelDsl.Runtime;

/// <summary>Checks the structure of sparse tensors on the host.</summary>
internal static class StructureCheck
{
    public static void Compressed(long major, long minor, TensorRef<int> offsets, TensorRef<int> indices)
    {
        if (offsets.Length != major + 1)
        {
            throw Invalid($"there are {offsets.Length} offsets for {major} rows; there must be one more than rows");
        }

        var starts = offsets.ToArray();
        Offsets(starts, indices.Length);
        var columns = indices.ToArray();
        for (var row = 0; row < major; row++)
        {
            Rising(columns.AsSpan(starts[row]..starts[row + 1]), minor, row);
        }
    }

    public static void Blocks(long rows, long columns, ReadOnlySpan<long> values, TensorRef<int> offsets, TensorRef<int> indices)
    {
        if (values.Length != 3 || values[1] <= 0 || values[2] <= 0 || rows % values[1] != 0 || columns % values[2] != 0)
        {
            throw Invalid($"blocks of shape {TensorLayout.Text(values)} do not fill a matrix of {rows} by {columns}");
        }

        Compressed(rows / values[1], columns / values[2], offsets, indices);
    }

    public static void Coordinates(long rows, long columns, TensorRef<int> indices)
    {
        if (indices.Rank != 2 || indices.Shape[0] != 2)
        {
            throw Invalid($"indices of shape {TensorLayout.Text(indices.Shape)} are not [2, stored]");
        }

        var data = indices.ToArray();
        var count = data.Length / 2;
        for (var i = 0; i < count; i++)
        {
            var (row, column) = (data[i], data[count + i]);
            if (row < 0 || row >= rows || column < 0 || column >= columns)
            {
                throw Invalid($"point {i} is ({row}, {column}), outside a matrix of {rows} by {columns}");
            }

            if (i > 0 && (data[i - 1], data[count + i - 1]).CompareTo((row, column)) >= 0)
            {
                throw Invalid($"point {i} ({row}, {column}) does not come after point {i - 1} ({data[i - 1]}, {data[count + i - 1]})");
            }
        }
    }

    public static void Padded(long rows, long columns, TensorRef<int> indices)
    {
        if (indices.Rank != 2 || indices.Shape[0] != rows)
        {
            throw Invalid($"indices of shape {TensorLayout.Text(indices.Shape)} do not have {rows} rows");
        }

        var width = (int)indices.Shape[1];
        var data = indices.ToArray();
        for (var row = 0; row < rows; row++)
        {
            var line = data.AsSpan(row * width, width);
            var end = line.IndexOf(-1);
            var stored = end < 0 ? width : end;
            Rising(line[..stored], columns, row);
            if (line[stored..].ContainsAnyExcept(-1))
            {
                throw Invalid($"row {row} has an index after its padding");
            }
        }
    }

    public static void Offsets(ReadOnlySpan<int> offsets, long stored)
    {
        if (offsets.Length == 0 || offsets[0] != 0 || offsets[^1] != stored)
        {
            throw Invalid($"offsets must run from 0 to {stored}, not from {(offsets.Length == 0 ? "nothing" : FormattableString.Invariant($"{offsets[0]} to {offsets[^1]}"))}");
        }

        for (var i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw Invalid($"offset {i} is {offsets[i]}, less than offset {i - 1}, which is {offsets[i - 1]}");
            }
        }
    }

    private static void Rising(ReadOnlySpan<int> indices, long extent, int row)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= extent)
            {
                throw Invalid($"row {row} has the index {indices[i]}, outside 0 .. {extent - 1}");
            }

            if (i > 0 && indices[i] <= indices[i - 1])
            {
                throw Invalid($"row {row} has the index {indices[i]} after {indices[i - 1]}");
            }
        }
    }

    private static KernelArgumentException Invalid(FormattableString message) => new(RuntimeDiagnostics.InvalidStructure, FormattableString.Invariant(message));
}
