using KernelDsl.Compiler.Binding;

namespace KernelDsl.Compiler.Reference;

/// <summary>Finds the values of a paged tensor through its table.</summary>
internal sealed class PagedStorage
{
    private readonly long[] _table;
    private readonly long[] _lengths;
    private readonly int[] _rows;
    private readonly int[] _rest;
    private readonly int _paged;
    private readonly long[] _extents;
    private readonly long _pageSize;
    private readonly long _pages;
    private readonly long _pagesPerRow;

    public PagedStorage(TensorSymbol tensor, ReferenceMachine machine, long[] extents)
    {
        var axis = tensor.PagedAxis!;
        var paging = axis.Paging!;
        _table = machine.Data.Integers[paging.Table.Name];
        _lengths = machine.Data.Integers[paging.Length.Name];
        _paged = tensor.Axes.IndexOf(axis);
        _rows = paging.RowAxes.Select(row => tensor.Axes.IndexOf(row)).ToArray();
        _rest = Enumerable.Range(0, tensor.Axes.Length).Where(k => k != _paged && !_rows.Contains(k)).ToArray();
        _extents = extents;
        _pageSize = machine.Extent(paging.PageSize);
        _pagesPerRow = machine.Extent(paging.Page.Extent);
        _pages = machine.Extent(tensor.Components[0].Shape[0]);
    }

    /// <summary>The position of a point, or -1 past the length of its row or where the table names no page.</summary>
    public long PositionOf(long[] index)
    {
        var row = _rows.Aggregate(0L, (position, k) => (position * _extents[k]) + index[k]);
        var at = index[_paged];
        if (at >= _lengths[row])
        {
            return -1;
        }

        var page = _table[(row * _pagesPerRow) + (at / _pageSize)];
        return page < 0 || page >= _pages ? -1 : _rest.Aggregate((page * _pageSize) + (at % _pageSize), (position, k) => (position * _extents[k]) + index[k]);
    }
}
