using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>The arrays that hold a parameter or output, and their shapes.</summary>
internal static class StorageLayout
{
    private static readonly TypeReference s_int32 = new(ElementType.I32, null);

    public static ImmutableArray<StorageComponent> Of(TensorSymbol tensor, Func<string, TextSpan, ExtentSymbol> implicitExtent)
    {
        BoundExpression Extent(string suffix, TensorSymbol owner) => new BoundExtent(implicitExtent(owner.Name + suffix, owner.Span), owner.Span);

        var extents = tensor.Axes.Select(axis => axis.Extent).ToImmutableArray();
        if (tensor.Like is { } like)
        {
            return [Component(tensor, StorageRole.Values, tensor.Type, ValuesShape(like, Extent))];
        }

        switch (tensor.Format)
        {
            case TensorFormat.Dense when tensor.PagedAxis is { } paged:
                var rest = tensor.Axes.Where(axis => axis != paged && !paged.Paging!.RowAxes.Contains(axis)).Select(axis => axis.Extent);
                return [new StorageComponent(tensor.Name, tensor.Name, StorageRole.Values, tensor.Type, [Extent(".pages", tensor), paged.Paging!.PageSize, .. rest])];
            case TensorFormat.Dense:
                return [new StorageComponent(tensor.Name, tensor.Name, StorageRole.Values, tensor.Type, extents)];
            default:
                var values = Component(tensor, StorageRole.Values, tensor.Type, ValuesShape(tensor, Extent));
                var indices = Component(tensor, StorageRole.Indices, s_int32, IndicesShape(tensor, values.Shape));
                return Compressed(tensor) is { } count
                    ? [values, Component(tensor, StorageRole.Offsets, s_int32, [Bound.Arithmetic(BinaryOperator.Add, count, Bound.Integer(1))]), indices]
                    : [values, indices];
        }
    }

    /// <summary>The number of rows (columns, block rows) that have offsets, or null where the format has none.</summary>
    public static BoundExpression? Compressed(TensorSymbol tensor) => tensor.Format switch
    {
        TensorFormat.Csr => tensor.Axes[0].Extent,
        TensorFormat.Csc => tensor.Axes[1].Extent,
        TensorFormat.Bsr => Bound.Arithmetic(BinaryOperator.Divide, tensor.Axes[0].Extent, tensor.FormatArguments[0]),
        _ => null,
    };

    private static ImmutableArray<BoundExpression> ValuesShape(TensorSymbol tensor, Func<string, TensorSymbol, BoundExpression> extent) => tensor.Format switch
    {
        TensorFormat.Bsr => [extent(".nnz", tensor), tensor.FormatArguments[0], tensor.FormatArguments[1]],
        TensorFormat.Ell => [tensor.Axes[0].Extent, tensor.FormatArguments[0]],
        TensorFormat.StructuredNm => [tensor.Axes[0].Extent, Bound.Arithmetic(BinaryOperator.Multiply, Groups(tensor), tensor.FormatArguments[0])],
        _ => [extent(".nnz", tensor)],
    };

    private static BoundExpression Groups(TensorSymbol tensor) => Bound.Arithmetic(BinaryOperator.Divide, tensor.Axes[1].Extent, tensor.FormatArguments[1]);

    private static ImmutableArray<BoundExpression> IndicesShape(TensorSymbol tensor, ImmutableArray<BoundExpression> values) => tensor.Format switch
    {
        TensorFormat.Coo => [Bound.Integer(2), values[0]],
        TensorFormat.Bsr => [values[0]],
        _ => values,
    };

    private static StorageComponent Component(TensorSymbol tensor, StorageRole role, TypeReference type, ImmutableArray<BoundExpression> shape)
    {
        var suffix = role.ToString().ToLowerInvariant();
        return new StorageComponent(tensor.Name + "." + suffix, tensor.Name + "__" + suffix, role, type, shape);
    }
}
