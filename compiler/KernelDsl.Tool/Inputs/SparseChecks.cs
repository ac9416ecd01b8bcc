using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Inputs;

/// <summary>
/// Checks what a caller gave as patterns, groups and page tables: kernels trust them. Unsorted lines are sorted, with their values.
/// </summary>
internal sealed class SparseChecks(BoundKernel kernel, CallSizes sizes, Dictionary<string, HostArray> arrays)
{
    /// <exception cref="ToolException">Something is not as the format wants it.</exception>
    public void Check()
    {
        foreach (var axis in kernel.Axes)
        {
            if (axis.Ragged is { } ragged)
            {
                CheckOffsets(ragged.Start.Components[0].Key, sizes.Integer(axis.Extent));
            }

            if (axis.Paging is { } paging)
            {
                CheckPaging(paging);
            }
        }

        foreach (var tensor in kernel.Parameters.Where(tensor => tensor.IsSparse && tensor.Like is null))
        {
            CheckPattern(tensor);
        }
    }

    private void CheckPattern(TensorSymbol tensor)
    {
        var key = Key(tensor, StorageRole.Indices);
        var indices = arrays[key].Integers;
        var structure = SparseStructure.Of(tensor, sizes);
        switch (tensor.Format)
        {
            case TensorFormat.Ell:
                CheckPadded(key, indices, sizes.Integer(tensor.FormatArguments[0]), structure.Places);
                break;
            case TensorFormat.StructuredNm:
                CheckGroups(key, indices, sizes.Integer(tensor.FormatArguments[0]), sizes.Integer(tensor.FormatArguments[1]));
                break;
            case TensorFormat.Coo:
                CheckCoordinates(tensor, key, indices, structure);
                break;
            default:
                var offsets = Key(tensor, StorageRole.Offsets);
                var stored = arrays[key].Count;
                CheckOffsets(offsets, stored);
                CheckRange(key, indices, structure.Places);
                var starts = arrays[offsets].Integers;
                SortLines(tensor, key, [.. Enumerable.Range(0, starts.Length - 1).SelectMany(line => Enumerable.Repeat((long)line, (int)(starts[line + 1] - starts[line])))], indices);
                break;
        }
    }

    private void CheckCoordinates(TensorSymbol tensor, string key, long[] indices, SparseStructure structure)
    {
        var count = indices.Length / 2;
        var rows = indices[..count];
        var columns = indices[count..];
        CheckRange(key, rows, structure.Lines);
        CheckRange(key, columns, structure.Places);
        SortLines(tensor, key, rows, columns);
        rows.CopyTo(indices, 0);
        columns.CopyTo(indices, count);
    }

    /// <summary>Sorts by line and place, permutes the values alike, and finds points that are stored twice.</summary>
    private void SortLines(TensorSymbol tensor, string key, long[] lines, long[] places)
    {
        var order = Enumerable.Range(0, lines.Length).ToArray();
        var isSorted = true;
        for (var i = 1; i < order.Length && isSorted; i++)
        {
            isSorted = lines[i - 1] < lines[i] || (lines[i - 1] == lines[i] && places[i - 1] <= places[i]);
        }

        if (!isSorted)
        {
            order = [.. order.OrderBy(i => lines[i]).ThenBy(i => places[i])];
            Permute(lines, order);
            Permute(places, order);
            var values = arrays[Key(tensor, StorageRole.Values)];
            Permute(values.Floats, order);
            Permute(values.Integers, order);
        }

        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i] == lines[i - 1] && places[i] == places[i - 1])
            {
                var point = tensor.Format == TensorFormat.Csc ? $"[{places[i]}, {lines[i]}]" : $"[{lines[i]}, {places[i]}]";
                throw ToolException.Failure(ArgumentDiagnostics.DuplicateIndex, key, (tensor.Format == TensorFormat.Bsr ? "block " : "") + point);
            }
        }
    }

    /// <summary>Moves items; of a block format each item is a whole block.</summary>
    private static void Permute<T>(T[] items, int[] order)
    {
        if (items.Length == 0)
        {
            return;
        }

        var block = items.Length / order.Length;
        var copy = (T[])items.Clone();
        for (var i = 0; i < order.Length; i++)
        {
            Array.Copy(copy, order[i] * block, items, i * block, block);
        }
    }

    private void CheckOffsets(string key, long end)
    {
        var offsets = arrays[key].Integers;
        if (offsets.Length == 0 || offsets[0] != 0)
        {
            throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, offsets.Length == 0 ? "is empty" : $"starts at {offsets[0]} and not at 0");
        }

        for (var i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, $"falls from {offsets[i - 1]} to {offsets[i]} at [{i}]");
            }
        }

        if (offsets[^1] != end)
        {
            throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, $"ends at {offsets[^1]}, but {end} elements are stored");
        }
    }

    private static void CheckRange(string key, long[] indices, long size)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= size)
            {
                throw ToolException.Failure(ArgumentDiagnostics.IndexRange, key, indices[i], $"[{i}]", size - 1);
            }
        }
    }

    private static void CheckPadded(string key, long[] indices, long width, long places)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var isPadding = indices[i] == -1;
            if (!isPadding && (indices[i] < 0 || indices[i] >= places))
            {
                throw ToolException.Failure(ArgumentDiagnostics.IndexRange, key, indices[i], $"[{i / width}, {i % width}]", places - 1);
            }

            if (i % width != 0 && !isPadding && indices[i] <= indices[i - 1])
            {
                throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, $"does not rise at [{i / width}, {i % width}]; rows are sorted and each point is stored once");
            }

            if (i % width != 0 && !isPadding && indices[i - 1] == -1)
            {
                throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, $"has an index after the padding at [{i / width}, {i % width}]");
            }
        }
    }

    private static void CheckGroups(string key, long[] indices, long kept, long size)
    {
        CheckRange(key, indices, size);
        for (var i = 0; i < indices.Length; i++)
        {
            if (i % kept != 0 && indices[i] <= indices[i - 1])
            {
                throw ToolException.Failure(ArgumentDiagnostics.Offsets, key, $"does not rise inside the group of element {i}");
            }
        }
    }

    private void CheckPaging(PagingInfo paging)
    {
        var pages = PagedPools.PagesOf(kernel, paging, sizes);
        var perRow = sizes.Integer(paging.Page.Extent);
        var pageSize = sizes.Integer(paging.PageSize);
        var lengths = arrays[paging.Length.Components[0].Key];
        var table = arrays[paging.Table.Components[0].Key];
        for (var row = 0; row < lengths.Integers.Length; row++)
        {
            var length = lengths.Integers[row];
            if (length < 0 || length > perRow * pageSize)
            {
                throw ToolException.Failure(ArgumentDiagnostics.Paging, paging.Length.Name, length, ArrayConversion.Position(row, lengths.Shape), 0, perRow * pageSize);
            }

            for (var page = 0; page < (length + pageSize - 1) / pageSize; page++)
            {
                var place = checked((int)((row * perRow) + page));
                if (table.Integers[place] < 0 || table.Integers[place] >= pages)
                {
                    throw ToolException.Failure(ArgumentDiagnostics.Paging, paging.Table.Name, table.Integers[place], ArrayConversion.Position(place, table.Shape), 0, pages - 1);
                }
            }
        }
    }

    private static string Key(TensorSymbol tensor, StorageRole role) => tensor.Components.First(component => component.Role == role).Key;
}
