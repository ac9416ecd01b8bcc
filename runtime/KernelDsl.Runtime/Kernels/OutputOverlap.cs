namespace KernelDsl.Runtime;

/// <summary>Whether outputs lie on each other or on themselves. Strided outputs are written one after the other, so that only what is written twice is wrong.</summary>
internal static class OutputOverlap
{
    /// <summary>Whether two points of one tensor have the same place.</summary>
    public static bool Repeats(TensorLayout layout)
    {
        if (layout.Length <= 1 || layout.IsContiguous)
        {
            return false;
        }

        // In most layouts each axis steps over all that the finer ones reach.
        var reach = 0L;
        Span<int> order = layout.Rank <= 32 ? stackalloc int[layout.Rank] : new int[layout.Rank];
        Sort(order, layout.Strides);
        foreach (var axis in order)
        {
            if (layout.Shape[axis] > 1)
            {
                var step = Math.Abs(layout.Strides[axis]);
                if (step <= reach)
                {
                    return new Marks(layout.Last - layout.First + 1).Mark(layout, -layout.First, 1, 1);
                }

                reach += step * (layout.Shape[axis] - 1);
            }
        }

        return false;
    }

    /// <summary>Whether two tensors have a byte in common. Those with elements of less than a byte are contiguous.</summary>
    public static bool Meet(TensorLayout a, nint addressA, int bitsA, TensorLayout b, nint addressB, int bitsB)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return false;
        }

        var (startA, endA) = Range(a, addressA, bitsA);
        var (startB, endB) = Range(b, addressB, bitsB);
        if (startA >= endB || startB >= endA || (a.IsContiguous && b.IsContiguous))
        {
            return startA < endB && startB < endA;
        }

        // Both lie at multiples of the smaller element.
        var unit = Math.Max(1, Math.Min(bitsA, bitsB) / 8);
        var start = Math.Min(startA, startB);
        var marks = new Marks((Math.Max(endA, endB) - start + unit - 1) / unit);
        return Mark(a, addressA, bitsA) || Mark(b, addressB, bitsB);

        bool Mark(TensorLayout layout, nint address, int bits) => layout.IsContiguous
            ? marks.MarkRun((address - start) / unit, ((layout.Length * bits) + (8 * unit) - 1) / (8 * unit))
            : marks.Mark(layout, (address - start) / unit, bits / 8 / unit, bits / 8 / unit);
    }

    private static (nint Start, nint End) Range(TensorLayout layout, nint address, int bits) => layout.IsContiguous
        ? (address, address + (nint)(((layout.Length * bits) + 7) / 8))
        : (address + (nint)(layout.First * bits / 8), address + (nint)((layout.Last + 1) * bits / 8));

    private static void Sort(Span<int> order, ReadOnlySpan<long> strides)
    {
        for (var i = 0; i < order.Length; i++)
        {
            var place = i;
            for (; place > 0 && Math.Abs(strides[order[place - 1]]) > Math.Abs(strides[i]); place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = i;
        }
    }

    /// <summary>A bit for each place; marking one twice is the answer.</summary>
    private sealed class Marks(long count)
    {
        private readonly ulong[] _bits = new ulong[checked((int)((count + 63) / 64))];

        /// <param name="origin">The place of the first point.</param>
        /// <param name="scale">Places from one stride to the next.</param>
        /// <param name="width">Places that an element takes.</param>
        public bool Mark(TensorLayout layout, long origin, int scale, int width)
        {
            var point = new long[layout.Rank];
            var place = origin;
            for (long done = 0; done < layout.Length; done++)
            {
                if (MarkRun(place, width))
                {
                    return true;
                }

                for (var axis = layout.Rank - 1; axis >= 0; axis--)
                {
                    place += layout.Strides[axis] * scale;
                    if (++point[axis] < layout.Shape[axis])
                    {
                        break;
                    }

                    place -= layout.Strides[axis] * scale * layout.Shape[axis];
                    point[axis] = 0;
                }
            }

            return false;
        }

        public bool MarkRun(long place, long count)
        {
            for (var end = place + count; place < end; place++)
            {
                var bit = 1ul << (int)(place % 64);
                if ((_bits[place / 64] & bit) != 0)
                {
                    return true;
                }

                _bits[place / 64] |= bit;
            }

            return false;
        }
    }
}
