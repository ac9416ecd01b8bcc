using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>What a call of a kernel passes, from its bound signature alone: the equations may have errors.</summary>
internal sealed class SignatureEmission
{
    private readonly BoundKernel _kernel;
    private readonly ImmutableDictionary<string, string> _names;
    private readonly UniformExpressions _expressions;

    private SignatureEmission(BoundKernel kernel)
    {
        _kernel = kernel;
        _names = ArgumentNames.Of(kernel);
        _expressions = new UniformExpressions(_names);
    }

    /// <summary>The signature of a kernel whose <see cref="BoundKernel.HasSignature"/> is true.</summary>
    public static KernelSignature Create(BoundKernel kernel) => new SignatureEmission(kernel).Create();

    private KernelSignature Create()
    {
        var shapes = _kernel.Parameters.Concat(_kernel.Outputs).SelectMany(ArrayShape.Of).ToImmutableArray();
        var solver = new ExtentSolves(_expressions, _kernel, shapes);
        return new KernelSignature(
            _kernel.Name,
            _kernel.TypeParameters.Select(type => new SignatureType(type.Name, type.Allowed)).ToImmutableArray(),
            _kernel.Consts.Select(constant => new SignatureConst(constant.Name, _names[constant.Name], constant.Allowed, constant.Default)).ToImmutableArray(),
            _kernel.Extents.Select(extent => new SignatureExtent(extent.Name, _names[extent.Name], solver.Given.Contains(extent))).ToImmutableArray(),
            _kernel.Scalars.Select(Scalar).ToImmutableArray(),
            shapes.Select(Array).ToImmutableArray(),
            solver.Solves);
    }

    private SignatureScalar Scalar(ScalarSymbol scalar) => new(
        scalar.Name,
        _names[scalar.Name],
        scalar.Type.ToString(),
        scalar.Default is null ? null : _expressions.As(scalar.Default, scalar.Type.Kind));

    private SignatureArray Array(ArrayShape array) => new(
        array.Key,
        array.Buffer,
        array.Type.ToString(),
        array.Tensor.Role == TensorRole.Output,
        array.Axes.Select(axis => new SignatureAxis(axis.Name, _expressions.Write(axis.Extent))).ToImmutableArray());
}

/// <summary>One array of a tensor, or the shape of a sparse tensor, which stands before its arrays and has no buffer.</summary>
internal sealed record ArrayShape(TensorSymbol Tensor, string Key, string? Buffer, TypeReference Type, ImmutableArray<(string Name, BoundExpression Extent)> Axes)
{
    public static IEnumerable<ArrayShape> Of(TensorSymbol tensor)
    {
        if (tensor.IsSparse && tensor.Like is null)
        {
            yield return new ArrayShape(tensor, tensor.Name, null, tensor.Type, tensor.Axes.Select(axis => (axis.Name, axis.Extent)).ToImmutableArray());
        }

        foreach (var component in tensor.Components)
        {
            var names = AxisNames(tensor, component);
            yield return new ArrayShape(
                tensor, component.Key, component.BufferName, component.Type, component.Shape.Select((extent, k) => (names[k], extent)).ToImmutableArray());
        }
    }

    private static string[] AxisNames(TensorSymbol tensor, StorageComponent component)
    {
        var axes = tensor.Axes.Select(axis => axis.Name).ToArray();
        return (tensor.Format, component.Role) switch
        {
            (TensorFormat.Dense, _) when tensor.PagedAxis is { } paged
                => ["page", "slot", .. tensor.Axes.Where(axis => axis != paged && !paged.Paging!.RowAxes.Contains(axis)).Select(axis => axis.Name)],
            (TensorFormat.Dense, _) => axes,
            (TensorFormat.Coo, StorageRole.Indices) => ["coordinate", "stored"],
            (TensorFormat.Bsr, StorageRole.Values) => ["block", "row", "column"],
            (TensorFormat.Bsr, StorageRole.Indices) => ["block"],
            (TensorFormat.Ell or TensorFormat.StructuredNm, _) => [axes[0], "slot"],
            (_, StorageRole.Offsets) => ["offset"],
            _ => ["stored"],
        };
    }
}
