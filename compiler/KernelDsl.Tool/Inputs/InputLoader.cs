using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Inputs;

/// <summary>Reads the arrays of an <c>.npz</c> for a kernel.</summary>
internal sealed class InputLoader
{
    private readonly Dictionary<string, NpyArray> _given = new(StringComparer.Ordinal);
    private readonly BoundKernel _kernel;
    private readonly NpzFile? _file;

    /// <exception cref="ToolException">An array is broken, unknown, or part of a tensor whose other arrays are absent.</exception>
    public InputLoader(BoundKernel kernel, NpzFile? file)
    {
        _kernel = kernel;
        _file = file;
        if (file is null)
        {
            return;
        }

        var known = kernel.Parameters.SelectMany(tensor => tensor.Components.Select(component => component.Key).Concat(ShapeKey(tensor))).ToArray();
        var outputs = kernel.Outputs.SelectMany(tensor => tensor.Components.Select(component => component.Key).Append(tensor.Name)).ToHashSet();
        foreach (var key in file.Keys)
        {
            if (known.Contains(key, StringComparer.Ordinal))
            {
                _given[key] = file.Read(key);
            }
            else if (FromScipy(key) is { } name && known.Contains(name, StringComparer.Ordinal) && !file.Contains(name))
            {
                _given[name] = file.Read(key);
            }
            else if (!outputs.Contains(key) && !outputs.Contains(key.Split('.')[0]))
            {
                throw ToolException.Failure(ArgumentDiagnostics.UnknownArray, file.Path, key, kernel.Name, Suggestion.For(key, known), NameList.Of(known));
            }
        }

        CheckComplete();
    }

    /// <summary>The sizes that the arrays have, for <see cref="ExtentSolver"/>.</summary>
    /// <exception cref="ToolException">An array has the wrong number of axes.</exception>
    public ImmutableArray<SizeConstraint> Constraints()
    {
        var constraints = ImmutableArray.CreateBuilder<SizeConstraint>();
        foreach (var tensor in _kernel.Parameters)
        {
            foreach (var component in tensor.Components)
            {
                if (_given.TryGetValue(component.Key, out var array))
                {
                    AddShape(constraints, tensor, component, array);
                }
            }

            if (_given.TryGetValue($"{tensor.Name}.shape", out var shape) && tensor.IsSparse)
            {
                AddSparseShape(constraints, tensor, shape);
            }
        }

        return constraints.ToImmutable();
    }

    /// <summary>The element type of the first array of a type parameter, when a kernel could have it.</summary>
    public ElementType? ElementOf(TypeParameterSymbol parameter)
    {
        foreach (var component in _kernel.Parameters.SelectMany(tensor => tensor.Components).Where(component => component.Type.Parameter == parameter))
        {
            if (_given.TryGetValue(component.Key, out var array))
            {
                return array.Type switch
                {
                    NpyType.F2 => ElementType.F16,
                    NpyType.F4 => ElementType.F32,
                    NpyType.F8 => ElementType.F64,
                    NpyType.I1 => ElementType.I8,
                    NpyType.I2 => ElementType.I16,
                    NpyType.I4 => ElementType.I32,
                    NpyType.I8 => ElementType.I64,
                    NpyType.U1 => ElementType.U8,
                    _ => ElementType.Bool,
                };
            }
        }

        return null;
    }

    /// <summary>A file that was given has every input, and no one is surprised by random numbers.</summary>
    /// <exception cref="ToolException">An input is absent.</exception>
    public void CheckAllGiven()
    {
        if (_file is not null && _kernel.Parameters.Where(tensor => tensor.Like is null).SelectMany(tensor => tensor.Components).FirstOrDefault(c => !_given.ContainsKey(c.Key)) is { } absent)
        {
            throw ToolException.Failure(ArgumentDiagnostics.MissingInput, _file.Path, absent.Key, _kernel.Name, NameList.Of(_file.Keys));
        }
    }

    /// <summary>Converts all arrays to the types of the kernel.</summary>
    public Dictionary<string, HostArray> Convert(CallSizes sizes)
    {
        var arrays = new Dictionary<string, HostArray>(StringComparer.Ordinal);
        foreach (var component in _kernel.Parameters.SelectMany(tensor => tensor.Components))
        {
            if (_given.Remove(component.Key, out var array))
            {
                var element = component.Type.Parameter is { } parameter ? sizes.Types[parameter.Name] : component.Type.Element;
                arrays[component.Key] = ArrayConversion.FromNpy(component.Key, array, element);
            }
        }

        return arrays;
    }

    /// <summary>The name here of an array that is named like the field of a scipy.sparse matrix.</summary>
    private static string? FromScipy(string key)
        => key.EndsWith(".data", StringComparison.Ordinal) ? key[..^5] + ".values" : key.EndsWith(".indptr", StringComparison.Ordinal) ? key[..^7] + ".offsets" : null;

    private static IEnumerable<string> ShapeKey(TensorSymbol tensor) => tensor.IsSparse ? [$"{tensor.Name}.shape"] : [];

    private static void AddShape(ImmutableArray<SizeConstraint>.Builder constraints, TensorSymbol tensor, StorageComponent component, NpyArray array)
    {
        if (array.Shape.Length != component.Shape.Length)
        {
            var wanted = string.Join(", ", component.Shape.Select(UniformText.Of));
            throw ToolException.Failure(
                ArgumentDiagnostics.Rank, component.Key, array.Shape.Length, $"({string.Join(", ", array.Shape)})", component.Shape.Length, wanted);
        }

        var isPlain = tensor.Axes.Length == component.Shape.Length && !tensor.IsSparse && tensor.PagedAxis is null;
        for (var d = 0; d < array.Shape.Length; d++)
        {
            constraints.Add(new SizeConstraint(component.Key, d, isPlain ? tensor.Axes[d].Name : "", component.Shape[d], array.Shape[d]));
        }
    }

    private static void AddSparseShape(ImmutableArray<SizeConstraint>.Builder constraints, TensorSymbol tensor, NpyArray shape)
    {
        if (shape.Type.IsFloat() || shape.Shape.Length != 1 || shape.Shape[0] != tensor.Axes.Length)
        {
            throw ToolException.Failure(ArgumentDiagnostics.BadArray, $"{tensor.Name}.shape", "the input", $"it must be {tensor.Axes.Length} integers");
        }

        for (var d = 0; d < tensor.Axes.Length; d++)
        {
            constraints.Add(new SizeConstraint($"{tensor.Name}.shape", d, tensor.Axes[d].Name, tensor.Axes[d].Extent, ArrayConversion.IntegerAt(shape, d)));
        }
    }

    private void CheckComplete()
    {
        foreach (var tensor in _kernel.Parameters.Where(tensor => tensor.Components.Length > 1))
        {
            var given = tensor.Components.FirstOrDefault(component => _given.ContainsKey(component.Key));
            var absent = tensor.Components.FirstOrDefault(component => !_given.ContainsKey(component.Key));
            if (given is not null && absent is not null)
            {
                throw ToolException.Failure(ArgumentDiagnostics.MissingComponent, given.Key, absent.Key);
            }
        }
    }
}
