using KernelDsl.Compiler.Binding;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>One parameter of <c>Launch</c> and <c>Run</c>.</summary>
/// <param name="Name">The name, without <c>@</c>.</param>
/// <param name="Type">The C# type; optional parameters are nullable and null by default.</param>
/// <param name="Symbol">What it is in the spec.</param>
/// <param name="Brought">The tensors that the axes of this one bring; they are passed with it.</param>
/// <param name="Passes">The methods of the launch that take it, each with the text of its arguments after the index: <c>Tensor(3, {0}.Values)</c>.</param>
internal sealed record CallParameter(
    string Name, string Type, bool IsOptional, Symbol Symbol, ImmutableArray<TensorSymbol> Brought, ImmutableArray<string> Passes);

/// <summary>
/// The parameters of a call: tensors and scalars without a default in the order of the spec, sizes that no shape gives, outputs, scalars with a default.
/// A tensor that introduces one ragged or one paged axis takes the arrays of that axis with it; what more axes bring are parameters of their own.
/// </summary>
internal sealed class CallParameters
{
    private readonly KernelSignature _signature;
    private readonly ImmutableDictionary<string, string> _typeParameters;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "_" };
    private readonly HashSet<TensorSymbol> _passed = [];
    private readonly ImmutableArray<CallParameter>.Builder _parameters = ImmutableArray.CreateBuilder<CallParameter>();

    public CallParameters(BoundKernel kernel, KernelSignature signature, ImmutableDictionary<string, string> typeParameters)
    {
        _signature = signature;
        _typeParameters = typeParameters;
        var brought = kernel.Parameters.Concat(kernel.Outputs).SelectMany(t => t.Axes).SelectMany(Brings).ToImmutableHashSet();
        var defaults = signature.Scalars.ToImmutableDictionary(scalar => scalar.Name, scalar => scalar.Default is not null, StringComparer.Ordinal);
        var inputs = kernel.Parameters.Where(tensor => !brought.Contains(tensor)).Cast<Symbol>()
            .Concat(kernel.Scalars.Where(scalar => !defaults[scalar.Name])).OrderBy(symbol => symbol.Span.Start);
        foreach (var input in inputs)
        {
            Add(input);
        }

        // Arrays that only an output's axis brings are inputs all the same.
        foreach (var tensor in kernel.Outputs.SelectMany(output => output.Axes).SelectMany(Brings).Distinct().Where(tensor => !_passed.Contains(tensor)))
        {
            AddTensor(tensor, []);
        }

        foreach (var extent in kernel.Extents.Where(extent => signature.Extents.First(e => e.Name == extent.Name).IsGiven))
        {
            var index = Index(signature.Extents, e => e.Name == extent.Name);
            _parameters.Add(new CallParameter(Name(extent.Name, BindingNames.Identifier), "long", IsOptional: false, extent, [], [$"Size({index}, {{0}})"]));
        }

        foreach (var output in kernel.Outputs)
        {
            Add(output);
        }

        foreach (var scalar in kernel.Scalars.Where(scalar => defaults[scalar.Name]))
        {
            Add(scalar);
        }

        Consts = kernel.Consts.Select((constant, i) => new CallParameter(
            Name(constant.Name, BindingNames.Identifier), "long", IsOptional: !MustBePassed(signature.Consts[i]), constant, [], [$"Const({i}, {{0}})"])).ToImmutableArray();
        Device = Name("device", name => name);
        Launch = Name("launch", name => name);
    }

    public ImmutableArray<CallParameter> All => _parameters.ToImmutable();

    public ImmutableArray<CallParameter> Consts { get; }

    /// <summary>The parameter of <c>Compile</c> and <c>Run</c> that is the device.</summary>
    public string Device { get; }

    /// <summary>The local that is the launch.</summary>
    public string Launch { get; }

    /// <summary>Those that must be passed first, for a method that takes both lists.</summary>
    public static ImmutableArray<CallParameter> InOrder(IEnumerable<CallParameter> parameters) => parameters.OrderBy(parameter => parameter.IsOptional ? 1 : 0).ToImmutableArray();

    // No shape gives it, and the spec neither.
    private bool MustBePassed(SignatureConst constant)
        => constant.Default is null && constant.Allowed.Length != 1 && !_signature.Solves.Any(solve => solve.Argument == constant.Argument);

    private void Add(Symbol symbol)
    {
        if (symbol is ScalarSymbol scalar)
        {
            AddScalar(scalar);
            return;
        }

        var tensor = (TensorSymbol)symbol;
        var brought = tensor.Axes.SelectMany(Brings).Where(b => !_passed.Contains(b)).Distinct().ToImmutableArray();
        var isTogether = tensor.Role == TensorRole.Parameter && !tensor.IsSparse && tensor.Axes.Count(axis => Brings(axis).Any(brought.Contains)) == 1;
        AddTensor(tensor, isTogether ? brought : []);
        foreach (var other in isTogether ? [] : brought)
        {
            AddTensor(other, []);
        }
    }

    private void AddScalar(ScalarSymbol scalar)
    {
        var index = Index(_signature.Scalars, s => s.Name == scalar.Name);
        var isOptional = _signature.Scalars[index].Default is not null;
        var type = BindingTypes.Element(scalar.Type, _typeParameters);
        var value = isOptional ? "{0}.Value" : "{0}";
        _parameters.Add(new CallParameter(Name(scalar.Name, BindingNames.Parameter), type, isOptional, scalar, [], [$"Scalar<{type}>({index}, {value})"]));
    }

    private void AddTensor(TensorSymbol tensor, ImmutableArray<TensorSymbol> brought)
    {
        var name = Name(tensor.Name, BindingNames.Parameter);
        var element = BindingTypes.Element(tensor.Type, _typeParameters);
        var parameter = new CallParameter(name, string.Empty, IsOptional: false, tensor, brought, []);
        _passed.Add(tensor);
        _passed.UnionWith(brought);
        _parameters.Add(tensor switch
        {
            { IsSparse: true, Like: null } => parameter with { Type = $"{BindingTypes.Runtime}{BindingTypes.Sparse(tensor.Format)}<{element}>", Passes = SparsePasses(tensor) },
            _ when brought.Length == 1 => parameter with
            {
                Type = $"{BindingTypes.Runtime}RaggedTensor<{element}>", Passes = [Pass(tensor, "Values"), Pass(brought[0], "Offsets")],
            },
            _ when brought.Length == 2 => parameter with
            {
                Type = $"{BindingTypes.Runtime}PagedTensor<{element}>", Passes = [Pass(tensor, "Pages"), Pass(brought[0], "Table"), Pass(brought[1], "Lengths")],
            },
            _ => parameter with { Type = $"{BindingTypes.Runtime}TensorRef<{element}>", Passes = [$"Tensor({ArrayOf(tensor.Components[0].Key)}, {{0}})"] },
        });
    }

    private ImmutableArray<string> SparsePasses(TensorSymbol tensor)
        => [$"Shape({ArrayOf(tensor.Name)}, {{0}}.Rows, {{0}}.Columns)", .. tensor.Components.Select(c => $"Tensor({ArrayOf(c.Key)}, {{0}}.{c.Role})")];

    private string Pass(TensorSymbol tensor, string member) => $"Tensor({ArrayOf(tensor.Components[0].Key)}, {{0}}.{member})";

    private int ArrayOf(string key) => Index(_signature.Arrays, array => array.Key == key);

    /// <summary>The arrays that an axis needs: where its groups start, or its pages and lengths.</summary>
    private static IEnumerable<TensorSymbol> Brings(Axis axis)
        => axis.Ragged is { } ragged ? [ragged.Start] : axis.Paging is { } paging ? [paging.Table, paging.Length] : [];

    /// <summary>The name in its C# form; where that is taken, as the spec spells it, then with <c>_</c> at its end.</summary>
    private string Name(string name, Func<string, string> form)
    {
        var result = form(name);
        if (_taken.Add(result))
        {
            return result;
        }

        for (result = BindingNames.Identifier(name); !_taken.Add(result); result += "_")
        {
        }

        return result;
    }

    private static int Index<T>(ImmutableArray<T> items, Func<T, bool> isWanted)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (isWanted(items[i]))
            {
                return i;
            }
        }

        throw new InvalidOperationException("The signature lacks what the kernel has.");
    }
}
