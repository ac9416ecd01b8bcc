using System.Runtime.CompilerServices;

namespace KernelDsl.Runtime;

/// <summary>Copies between strided and contiguous host memory.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Writes the elements of a layout one after the other.</summary>
    /// <param name="bytes">Bytes of one element: 1, 2, 4 or 8.</param>
    /// <param name="source">The address of the layout's first point.</param>
    public static void Gather(int bytes, TensorLayout layout, byte* source, byte* target) => Copy(bytes, layout, source, target, isGather: true);

    /// <summary>The reverse: takes contiguous elements and writes them to the places of a layout.</summary>
    public static void Scatter(int bytes, TensorLayout layout, byte* source, byte* target) => Copy(bytes, layout, target, source, isGather: false);

    private static void Copy(int bytes, TensorLayout layout, byte* strided, byte* dense, bool isGather)
    {
        switch (bytes)
        {
            case 1:
                Copy(layout, strided, dense, isGather);
                break;
            case 2:
                Copy(layout, (ushort*)strided, (ushort*)dense, isGather);
                break;
            case 4:
                Copy(layout, (uint*)strided, (uint*)dense, isGather);
                break;
            case 8:
                Copy(layout, (ulong*)strided, (ulong*)dense, isGather);
                break;
            default:
                throw new InvalidOperationException($"Elements of {bytes} bytes have no strides.");
        }
    }

    [SkipLocalsInit]
    private static void Copy<T>(TensorLayout layout, T* strided, T* dense, bool isGather)
        where T : unmanaged
    {
        if (layout.Length == 0)
        {
            return;
        }

        var rank = layout.Rank;
        var (inner, step) = rank == 0 ? (1, 0) : (layout.Shape[rank - 1], layout.Strides[rank - 1]);
        Span<long> point = rank <= 32 ? stackalloc long[rank] : new long[rank];
        point.Clear();
        for (long done = 0; done < layout.Length; done += inner)
        {
            for (long i = 0; i < inner; i++)
            {
                if (isGather)
                {
                    dense[done + i] = strided[i * step];
                }
                else
                {
                    strided[i * step] = dense[done + i];
                }
            }

            for (var axis = rank - 2; axis >= 0; axis--)
            {
                strided += layout.Strides[axis];
                if (++point[axis] < layout.Shape[axis])
                {
                    break;
                }

                strided -= layout.Strides[axis] * layout.Shape[axis];
                point[axis] = 0;
            }
        }
    }
}
