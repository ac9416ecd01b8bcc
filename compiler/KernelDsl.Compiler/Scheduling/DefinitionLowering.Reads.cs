using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Reads, and where values lie in memory.</summary>
internal sealed partial class DefinitionLowering
{
    private readonly List<StoredPoint> _storedPoints = [];

    /// <summary>A point of a sparse tensor whose place is known, because a loop runs over what is stored.</summary>
    private sealed record StoredPoint(TensorSymbol Tensor, Value Row, Value Column, Value Position);

    private Value Read(BoundRead read)
    {
        var tensor = read.Tensor;
        if (_context.Inlining.IsInlined(tensor))
        {
            return Inline(read, definition => definition.Value);
        }

        var indices = read.Indices.Select(Lower).ToImmutableArray();
        if (tensor.Role == TensorRole.Local)
        {
            return new LoadValue(_context.Storage.Local(tensor), Linear(tensor, indices));
        }

        var buffer = _context.Storage.Component(tensor, StorageRole.Values);
        var pattern = tensor.Like ?? tensor;
        return new LoadValue(buffer, pattern.IsSparse ? Position(pattern, indices) : tensor.PagedAxis is not null ? PagedPosition(tensor, indices) : Linear(tensor, indices));
    }

    /// <summary>Lowers an expression of a local's definition at the point of a read.</summary>
    private Value Inline(BoundRead read, Func<Definition, BoundExpression> part)
    {
        var definition = _context.Equations.DefinitionOf(read.Tensor)!;
        return Lower(Substitution.Apply(part(definition), definition.Variables, read.Indices));
    }

    private Value IsDefined(BoundDefined defined)
    {
        if (!_context.Inlining.IsInlined(defined.Tensor))
        {
            return new LoadValue(_context.Storage.Mask(defined.Tensor), Linear(defined.Tensor, defined.Indices.Select(Lower).ToImmutableArray()));
        }

        var definition = _context.Equations.DefinitionOf(defined.Tensor)!;
        return Lower(Substitution.Apply(_context.Domains.OfLocal(defined.Tensor).Condition, definition.Variables, defined.Indices));
    }

    /// <summary>The row-major position of a point.</summary>
    public Value Linear(TensorSymbol tensor, ImmutableArray<Value> indices)
    {
        var position = ValueMath.Integer(0);
        for (var k = 0; k < indices.Length; k++)
        {
            position = ValueMath.Add(ValueMath.Multiply(position, _context.Storage.Uniform(tensor.Axes[k].Extent)), indices[k]);
        }

        return position;
    }

    private Value PagedPosition(TensorSymbol tensor, ImmutableArray<Value> indices)
    {
        var axis = tensor.PagedAxis!;
        var paging = axis.Paging!;
        var at = tensor.Axes.IndexOf(axis);
        var size = _context.Storage.Uniform(paging.PageSize);
        var position = ValueMath.Add(ValueMath.Multiply(PageOf(tensor, indices), size), ValueMath.Remainder(indices[at], size));
        for (var k = 0; k < indices.Length; k++)
        {
            if (k != at && !paging.RowAxes.Contains(tensor.Axes[k]))
            {
                position = ValueMath.Add(ValueMath.Multiply(position, _context.Storage.Uniform(tensor.Axes[k].Extent)), indices[k]);
            }
        }

        return position;
    }

    private Value PageOf(TensorSymbol tensor, ImmutableArray<Value> indices)
    {
        var axis = tensor.PagedAxis!;
        var paging = axis.Paging!;
        var row = ValueMath.Integer(0);
        foreach (var rowAxis in paging.RowAxes)
        {
            row = ValueMath.Add(ValueMath.Multiply(row, _context.Storage.Uniform(rowAxis.Extent)), indices[tensor.Axes.IndexOf(rowAxis)]);
        }

        var page = ValueMath.Divide(indices[tensor.Axes.IndexOf(axis)], _context.Storage.Uniform(paging.PageSize));
        var entry = ValueMath.Add(ValueMath.Multiply(row, _context.Storage.Uniform(paging.Page.Extent)), page);
        return new LoadValue(_context.Storage.Component(paging.Table, StorageRole.Values), entry);
    }

    private Value IsStored(BoundStored stored)
    {
        var indices = stored.Indices.Select(Lower).ToImmutableArray();
        if (stored.Tensor.PagedAxis is not null)
        {
            var page = PageOf(stored.Tensor, indices);
            var pages = _context.Storage.Uniform(stored.Tensor.Components[0].Shape[0]);
            return ValueMath.And(ValueMath.Compare(BinaryOperation.GreaterOrEqual, page, ValueMath.Integer(0)), ValueMath.Compare(BinaryOperation.Less, page, pages));
        }

        return ValueMath.Compare(BinaryOperation.GreaterOrEqual, Position(stored.Tensor, indices), ValueMath.Integer(0));
    }

    /// <summary>The place of a point among the stored values, or -1.</summary>
    private Value Position(TensorSymbol tensor, ImmutableArray<Value> indices)
    {
        foreach (var point in _storedPoints)
        {
            if (point.Tensor == tensor && point.Row.Equals(indices[0]) && point.Column.Equals(indices[1]))
            {
                return point.Position;
            }
        }

        var key = (tensor, indices[0], indices[1]);
        if (!TryRecall(key, out var position))
        {
            position = new SparseAccess(_context.Storage, _stage, tensor).Find(indices[0], indices[1]);
            Remember(key, position);
        }

        return position;
    }

    /// <summary>The group of a ragged point: the last one that starts at or before it.</summary>
    private Value Group(BoundGroup group)
    {
        var point = Lower(group.Point);
        var key = (group.Ragged, point);
        if (!TryRecall(key, out var found))
        {
            var starts = _context.Storage.Component(group.Ragged.Ragged!.Start, StorageRole.Values);
            var groups = _context.Storage.Uniform(group.Ragged.Ragged!.Group.Extent);
            var above = BinarySearch.FirstGreater(_stage, starts, ValueMath.Integer(1), groups, point);
            found = _stage.Declare("group", ValueMath.Subtract(above, ValueMath.Integer(1)));
            Remember(key, found);
        }

        return found;
    }
}
