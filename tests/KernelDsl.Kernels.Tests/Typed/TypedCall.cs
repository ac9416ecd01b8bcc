using System.Reflection;
using System.Runtime.ExceptionServices;
using KernelDsl.Runtime;
using Device = KernelDsl.Runtime.KernelDevice;

namespace KernelDsl.Kernels.Tests.Typed;

/// <summary>A call of the class that the generator made of a kernel, with the arguments found by their names and types: what a user would write.</summary>
internal sealed class TypedCall : IDisposable
{
    private static readonly Dictionary<string, Type> s_classes = Assembly.Load("KernelDsl.Kernels").GetTypes()
        .Where(type => type.GetCustomAttribute<KernelInfoAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<KernelInfoAttribute>()!.Name, StringComparer.Ordinal);

    private readonly KernelCase _work;
    private readonly Device _device;
    private readonly Type _class;
    private readonly Dictionary<string, TypedTensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypedTensor> _outputs = new(StringComparer.Ordinal);

    public TypedCall(KernelCase work, Device device, bool isStrided)
    {
        _work = work;
        _device = device;
        var open = s_classes[work.Kernel.Name];
        _class = work.Kernel.TypeParameters.IsEmpty
            ? open : open.MakeGenericType(work.Kernel.TypeParameters.Select(type => TypedTensor.TypeOf(work.Instance.Types[type.Name])).ToArray());
        foreach (var (key, array) in work.Inputs)
        {
            _inputs[key] = TypedTensor.Create(device, array, isStrided);
        }

        foreach (var (_, component, element, shape) in work.Outputs())
        {
            _outputs[component.Key] = TypedTensor.Garbage(device, element, shape, isStrided);
        }
    }

    /// <summary>The static <c>Run</c>.</summary>
    /// <param name="leftOut">Consts and scalars that are not passed.</param>
    public void Run(params string[] leftOut) => Invoke(_class.GetMethod("Run")!, null, leftOut);

    /// <summary><c>Compile</c> with every const, and <c>Launch</c>.</summary>
    public void Launch()
    {
        using var kernel = (Kernel)Invoke(_class.GetMethod("Compile")!, null)!;
        Invoke(_class.GetMethod("Launch")!, kernel);
    }

    public IReadOnlyDictionary<string, HostArray> Read()
    {
        Assert.All(_inputs.Concat(_outputs), pair => Assert.False(pair.Value.IsGapTouched, $"memory beside '{pair.Key}' was written"));
        return _outputs.ToDictionary(pair => pair.Key, pair => pair.Value.Read(), StringComparer.Ordinal);
    }

    public void Dispose()
    {
        foreach (var tensor in _inputs.Values.Concat(_outputs.Values))
        {
            tensor.Dispose();
        }
    }

    private object? Invoke(MethodInfo method, object? target, params string[] leftOut)
    {
        var arguments = method.GetParameters().Select(parameter => leftOut.Any(name => IsNamed(name, parameter.Name!)) ? null : Argument(parameter)).ToArray();
        try
        {
            return method.Invoke(target, arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private object? Argument(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(Device))
        {
            return _device;
        }

        var name = parameter.Name!;
        if (_work.Kernel.Parameters.Concat(_work.Kernel.Outputs).FirstOrDefault(tensor => IsNamed(tensor.Name, name)) is { } tensor)
        {
            return Tensor(parameter.ParameterType, tensor);
        }

        if (_work.Kernel.Scalars.FirstOrDefault(scalar => IsNamed(scalar.Name, name)) is { } scalar)
        {
            return Scalar(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType, scalar.Name);
        }

        return _work.Kernel.Consts.Cast<Symbol>().Concat(_work.Kernel.Extents).Single(size => size.Name == name) is var symbol ? _work.Sizes.Numbers[symbol] : null;
    }

    private object Tensor(Type type, TensorSymbol tensor)
    {
        var format = type.GetGenericTypeDefinition();
        if (format == typeof(TensorRef<>))
        {
            return (tensor.Role == TensorRole.Output ? _outputs : _inputs)[tensor.Components[0].Key].Ref;
        }

        var parts = format == typeof(RaggedTensor<>) ? [tensor.Name, tensor.Axes.Single(axis => axis.Ragged is not null).Ragged!.Start.Name]
            : format == typeof(PagedTensor<>) ? [tensor.Name, tensor.PagedAxis!.Paging!.Table.Name, tensor.PagedAxis.Paging.Length.Name]
            : tensor.Components.Select(component => component.Key).ToArray();
        object[] arrays = parts.Select(key => _inputs[key].Ref).ToArray();
        object[] sizes = tensor.IsSparse ? tensor.Axes.Select(axis => (object)_work.Sizes.Integer(axis.Extent)).ToArray() : [];
        return Activator.CreateInstance(type, [.. sizes, .. arrays])!;
    }

    private object Scalar(Type type, string name)
    {
        var integers = new Dictionary<string, long>(StringComparer.Ordinal);
        var floats = new Dictionary<string, double>(StringComparer.Ordinal);
        ScalarValues.Fill(_work, integers, floats);
        var value = integers.TryGetValue(name, out var integer) ? integer : floats[name];
        return type == typeof(bool) ? value != 0
            : type == typeof(long) ? integer
            : type == typeof(Half) ? (Half)value
            : type == typeof(BFloat16) ? (BFloat16)value
            : Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool IsNamed(string spec, string parameter) => string.Equals(spec.Replace("_", "", StringComparison.Ordinal), parameter.TrimEnd('_').Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
}
