using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Inputs;

/// <summary>
/// Makes the inputs that were not given. Floats are standard normal; integers that serve as subscripts are valid ones, others small; sparse patterns,
/// groups and page tables are valid, with empty lines and groups among them.
/// </summary>
internal sealed class RandomInputs(BoundKernel kernel, CallSizes sizes, Dictionary<string, HostArray> arrays, long seed)
{
    /// <summary>Makes patterns, groups and pages first, because they choose extents, then values.</summary>
    public void Complete()
    {
        foreach (var axis in kernel.Axes.Where(axis => axis.Ragged is not null).DistinctBy(axis => axis.Ragged!.Start))
        {
            CompleteRagged(axis, axis.Ragged!);
        }

        foreach (var tensor in kernel.Parameters)
        {
            if (tensor.PagedAxis is { Paging: { } paging })
            {
                CompletePages(tensor, paging);
            }
            else if (tensor.IsSparse)
            {
                CompletePattern(tensor);
            }
        }
    }

    /// <summary>Makes all values that are still missing; all extents are known by now.</summary>
    public void CompleteValues()
    {
        var ranges = SubscriptRanges.Find(kernel, sizes);
        var instance = sizes.Instance(kernel);
        foreach (var tensor in kernel.Parameters)
        {
            foreach (var component in tensor.Components.Where(component => !arrays.ContainsKey(component.Key)))
            {
                var array = HostArray.Zeros(component.Type.Resolve(instance), sizes.Shape(component), component.Key);
                arrays[component.Key] = array;
                FillValues(array, new RandomSource(seed, component.Key), ranges.TryGetValue(tensor, out var range) ? range : null);
            }
        }
    }

    /// <summary>Makes page tables and lengths; they need the number of pages.</summary>
    public void CompleteTables()
    {
        foreach (var axis in kernel.Axes.Where(axis => axis.Paging is not null))
        {
            var paging = axis.Paging!;
            var pages = PagedPools.PagesOf(kernel, paging, sizes);
            var table = paging.Table.Components[0];
            var shape = sizes.Shape(table);
            if (!arrays.ContainsKey(table.Key))
            {
                var random = new RandomSource(seed, table.Key);
                var count = HostArray.CountOf(shape, ElementType.I64, table.Key);
                var order = random.Permutation((int)Math.Min(pages, int.MaxValue));
                var entries = Enumerable.Range(0, count).Select(i => pages == 0 ? 0 : order[i % order.Length]).ToArray();
                arrays[table.Key] = new HostArray(table.Type.Element, shape, entries);
            }

            var length = paging.Length.Components[0];
            if (!arrays.ContainsKey(length.Key))
            {
                var random = new RandomSource(seed, length.Key);
                var most = sizes.Integer(paging.Page.Extent) * sizes.Integer(paging.PageSize);
                var lengthShape = sizes.Shape(length);
                var lengths = Enumerable.Range(0, HostArray.CountOf(lengthShape, ElementType.I64, length.Key)).Select(_ => pages == 0 ? 0 : random.Next(1, most)).ToArray();
                arrays[length.Key] = new HostArray(length.Type.Element, lengthShape, lengths);
            }
        }
    }

    private static void FillValues(HostArray array, RandomSource random, long? range)
    {
        var format = FloatFormat.Of(array.Element);
        for (var i = 0; i < array.Floats.Length; i++)
        {
            var value = random.NextNormal();
            array.Floats[i] = format?.Round(value) ?? value;
        }

        if (array.Integers.Length == 0)
        {
            return;
        }

        var (minimum, maximum) = array.Element == ElementType.Bool ? (0, 1) : array.Element.IntegerRange();
        (minimum, maximum) = range is { } size ? (0, Math.Min(maximum, size - 1)) : (Math.Max(minimum, -8), Math.Min(maximum, 7));
        for (var i = 0; i < array.Integers.Length; i++)
        {
            array.Integers[i] = random.Next(minimum, maximum);
        }
    }

    private void CompleteRagged(Axis axis, RaggedInfo ragged)
    {
        var start = ragged.Start.Components[0];
        if (axis.Extent is not BoundExtent { Symbol: var total } || (arrays.ContainsKey(start.Key) && sizes.Numbers.ContainsKey(total)))
        {
            return;
        }

        var groups = sizes.Integer(ragged.Group.Extent);
        if (!sizes.Numbers.TryGetValue(total, out var length))
        {
            var given = arrays.TryGetValue(start.Key, out var starts) && starts.Integers.Length > 0 ? starts.Integers[^1] : (long?)null;
            length = given ?? checked((5 * groups) + 3);
            sizes.Set(total, Math.Max(length, 0), given is null ? "a choice of this tool" : start.Key);
        }

        if (arrays.ContainsKey(start.Key))
        {
            return;
        }

        var random = new RandomSource(seed, start.Key);
        var inner = Enumerable.Range(0, checked((int)Math.Max(groups - 1, 0))).Select(_ => random.Next(0, length)).ToArray();
        if (inner.Length >= 2)
        {
            inner[0] = inner[1]; // an empty group
        }

        Array.Sort(inner);
        arrays[start.Key] = new HostArray(start.Type.Element, [groups + 1], [0, .. inner, length]);
    }

    private void CompletePages(TensorSymbol tensor, PagingInfo paging)
    {
        if (tensor.Components[0].Shape[0] is BoundExtent { Symbol: var pages } && !sizes.Numbers.ContainsKey(pages))
        {
            var rows = paging.RowAxes.Aggregate(1L, (count, axis) => checked(count * sizes.Integer(axis.Extent)));
            sizes.Set(pages, checked(rows * sizes.Integer(paging.Page.Extent)), "a choice of this tool");
        }
    }

    private void CompletePattern(TensorSymbol tensor)
    {
        var indices = tensor.Components.First(component => component.Role == StorageRole.Indices);
        if (arrays.ContainsKey(indices.Key) || tensor.Like is not null)
        {
            return;
        }

        var random = new RandomSource(seed, indices.Key);
        if (tensor.Format == TensorFormat.StructuredNm)
        {
            arrays[indices.Key] = StructuredIndices(tensor, indices, random);
            return;
        }

        var stored = tensor.Components[0].Shape[0] is BoundExtent { Symbol: var symbol } ? symbol : null;
        var structure = SparseStructure.Of(tensor, sizes);
        var lines = structure.Random(random, stored is not null && sizes.Numbers.TryGetValue(stored, out var given) ? given : null, stored?.Name ?? tensor.Name);
        if (tensor.Format == TensorFormat.Ell)
        {
            arrays[indices.Key] = PaddedIndices(tensor, indices, lines);
            return;
        }

        var count = lines.Sum(line => line.LongLength);
        if (stored is not null)
        {
            sizes.Set(stored, count, "a choice of this tool");
        }

        var flat = lines.SelectMany(line => line).ToArray();
        if (tensor.Format == TensorFormat.Coo)
        {
            var rows = lines.SelectMany((line, row) => Enumerable.Repeat((long)row, line.Length));
            arrays[indices.Key] = new HostArray(indices.Type.Element, [2, count], [.. rows, .. flat]);
            return;
        }

        var offsets = tensor.Components.First(component => component.Role == StorageRole.Offsets);
        var starts = new long[lines.Count + 1];
        for (var i = 0; i < lines.Count; i++)
        {
            starts[i + 1] = starts[i] + lines[i].Length;
        }

        arrays[offsets.Key] = new HostArray(offsets.Type.Element, [starts.Length], starts);
        arrays[indices.Key] = new HostArray(indices.Type.Element, [count], flat);
    }

    private HostArray PaddedIndices(TensorSymbol tensor, StorageComponent indices, IReadOnlyList<long[]> lines)
    {
        var width = sizes.Integer(tensor.FormatArguments[0]);
        var values = lines.SelectMany(line => Enumerable.Range(0, (int)width).Select(i => i < line.Length ? line[i] : -1)).ToArray();
        return new HostArray(indices.Type.Element, sizes.Shape(indices), values);
    }

    private HostArray StructuredIndices(TensorSymbol tensor, StorageComponent indices, RandomSource random)
    {
        var kept = sizes.Integer(tensor.FormatArguments[0]);
        var shape = sizes.Shape(indices);
        var count = HostArray.CountOf(shape, ElementType.I64, indices.Key);
        var groups = Enumerable.Range(0, (int)(count / kept)).SelectMany(_ => random.Choose(kept, sizes.Integer(tensor.FormatArguments[1])));
        return new HostArray(indices.Type.Element, shape, groups.ToArray());
    }
}
