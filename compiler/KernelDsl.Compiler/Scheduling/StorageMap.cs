using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Equations;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>The arguments and buffers of a program, and the host's sizes as values over them.</summary>
internal sealed class StorageMap
{
    private readonly KernelInstance _instance;
    private readonly PrecisionAnalysis _precision;
    private readonly Dictionary<string, ProgramArgument> _arguments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProgramBuffer> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<TensorSymbol, ProgramBuffer> _values = [];
    private readonly Dictionary<TensorSymbol, ProgramBuffer> _masks = [];
    private readonly List<ProgramBuffer> _workspace = [];

    public StorageMap(BoundKernel kernel, KernelInstance instance, PrecisionAnalysis precision)
    {
        _instance = instance;
        _precision = precision;
        var names = ArgumentNames.Of(kernel);
        foreach (var extent in kernel.Extents)
        {
            _arguments[extent.Name] = new ProgramArgument(names[extent.Name], ScalarType.I64);
        }

        foreach (var scalar in kernel.Scalars)
        {
            _arguments[scalar.Name] = new ProgramArgument(names[scalar.Name], LoadValue.Widened(scalar.Type.Resolve(instance)));
        }

        foreach (var constant in kernel.Consts.Where(constant => !instance.Consts.ContainsKey(constant.Name)))
        {
            _arguments[constant.Name] = new ProgramArgument(names[constant.Name], ScalarType.I64, isConst: true);
        }

        foreach (var tensor in kernel.Parameters.Concat(kernel.Outputs))
        {
            foreach (var component in tensor.Components)
            {
                var length = component.Shape.Aggregate((Value)new IntegerValue(1), (product, extent) => ValueMath.Multiply(product, Uniform(extent)));
                var role = tensor.Role == TensorRole.Output ? BufferRole.Output : BufferRole.Input;
                _components[component.Key] = new ProgramBuffer(component.BufferName, component.Type.Resolve(instance), role, length);
            }
        }
    }

    public ImmutableArray<ProgramArgument> Arguments => _arguments.Values.ToImmutableArray();

    public ImmutableArray<ProgramBuffer> Buffers => _components.Values.Concat(_workspace).ToImmutableArray();

    /// <summary>The buffer of one array of a parameter or output.</summary>
    public ProgramBuffer Component(TensorSymbol tensor, StorageRole role)
    {
        var owner = role == StorageRole.Values ? tensor : tensor.Like ?? tensor;
        return _components[owner.Components.First(component => component.Role == role).Key];
    }

    /// <summary>The memory of a local, made when first asked for.</summary>
    public ProgramBuffer Local(TensorSymbol local)
    {
        if (!_values.TryGetValue(local, out var buffer))
        {
            _values[local] = buffer = Workspace(local.Name, _precision.ElementOf(local), local);
        }

        return buffer;
    }

    /// <summary>One truth value for each point of a local that computes its own domain.</summary>
    public ProgramBuffer Mask(TensorSymbol local)
    {
        if (!_masks.TryGetValue(local, out var buffer))
        {
            _masks[local] = buffer = Workspace(local.Name + "__defined", ElementType.Bool, local);
        }

        return buffer;
    }

    public bool HasMask(TensorSymbol local) => _masks.ContainsKey(local);

    public ProgramBuffer Workspace(string name, ElementType element, TensorSymbol shape)
    {
        var length = shape.Axes.Aggregate((Value)new IntegerValue(1), (product, axis) => ValueMath.Multiply(product, Uniform(axis.Extent)));
        var buffer = new ProgramBuffer(UniqueName(name), element, BufferRole.Workspace, length);
        _workspace.Add(buffer);
        return buffer;
    }

    public ArgumentValue Argument(string name) => new(_arguments[name]);

    /// <summary>An expression over extents, consts and scalars as a value.</summary>
    public Value Uniform(BoundExpression expression) => new UniformLowering(this, _instance, _precision).Lower(expression);

    private string UniqueName(string name)
    {
        var taken = _components.Values.Concat(_workspace).Select(b => b.Name).Concat(_arguments.Values.Select(a => a.Name)).ToImmutableHashSet(StringComparer.Ordinal);
        var unique = name;
        for (var k = 2; taken.Contains(unique); k++)
        {
            unique = name + "__" + k;
        }

        return unique;
    }
}
