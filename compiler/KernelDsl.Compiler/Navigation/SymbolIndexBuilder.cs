using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Navigation;

/// <summary>Walks a file and says of each name what it stands for.</summary>
internal sealed partial class SymbolIndexBuilder
{
    private readonly ModuleSyntax _syntax;
    private readonly Dictionary<string, NavigationSymbol> _kernels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NavigationSymbol> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<(NavigationKind, string), NavigationSymbol> _builtIns = [];

    public SymbolIndexBuilder(ModuleSyntax syntax, BoundModule module)
    {
        _syntax = syntax;
        Scopes = syntax.Items.OfType<KernelSyntax>().Select(kernel => new KernelNames(kernel, module.Kernels.FirstOrDefault(bound => ReferenceEquals(bound.Syntax, kernel)))).ToImmutableArray();
        Kernels = DeclareItems<KernelSyntax>(NavigationKind.Kernel, _kernels, kernel => kernel.Name);
        Functions = DeclareItems<FunctionSyntax>(NavigationKind.Function, _functions, function => function.Name);
    }

    public List<Occurrence> Occurrences { get; } = [];

    public ImmutableArray<KernelNames> Scopes { get; }

    public ImmutableArray<NavigationSymbol> Kernels { get; }

    public ImmutableArray<NavigationSymbol> Functions { get; }

    public void Build()
    {
        foreach (var scope in Scopes)
        {
            AddSignature(scope);
            AddStatements(scope);
        }

        foreach (var function in _syntax.Items.OfType<FunctionSyntax>())
        {
            AddFunction(function);
        }

        foreach (var item in _syntax.Items)
        {
            switch (item)
            {
                case ExampleSyntax example:
                    AddExample(example);
                    break;
                case ScheduleSyntax schedule:
                    AddSchedule(schedule);
                    break;
                case GradientSyntax gradient:
                    Add(gradient.Kernel, Named(_kernels, gradient.Kernel));
                    foreach (var parameter in gradient.Parameters)
                    {
                        Add(parameter, ScopeOf(gradient.Kernel)?.Find(parameter.Text));
                    }

                    break;
            }
        }
    }

    private ImmutableArray<NavigationSymbol> DeclareItems<T>(NavigationKind kind, Dictionary<string, NavigationSymbol> table, Func<T, NameSyntax> name)
        where T : ItemSyntax
    {
        foreach (var item in _syntax.Items.OfType<T>().Where(item => !name(item).IsMissing && !table.ContainsKey(name(item).Text)))
        {
            table.Add(name(item).Text, new NavigationSymbol(kind, name(item).Text, name(item).Span, item, item));
        }

        return table.Values.OrderBy(symbol => symbol.Definition!.Value.Start).ToImmutableArray();
    }

    private static NavigationSymbol? Named(Dictionary<string, NavigationSymbol> table, NameSyntax name) => table.TryGetValue(name.Text, out var symbol) ? symbol : null;

    private KernelNames? ScopeOf(NameSyntax kernel) => Named(_kernels, kernel) is { } symbol ? Scopes.First(scope => ReferenceEquals(scope.Syntax, symbol.Declaration)) : null;

    private void Add(NameSyntax name, params NavigationSymbol?[] symbols)
    {
        var known = symbols.Where(symbol => symbol is not null).Select(symbol => symbol!).Distinct().ToImmutableArray();
        if (!name.IsMissing && !known.IsEmpty)
        {
            Occurrences.Add(new Occurrence(name.Span, known, known.Any(symbol => symbol.Definition is { } definition && definition.Equals(name.Span))));
        }
    }

    private void AddBuiltIn(NameSyntax name, NavigationKind kind, ImmutableArray<string> names)
    {
        if (names.Contains(name.Text))
        {
            Add(name, BuiltIn(kind, name.Text));
        }
    }

    private NavigationSymbol BuiltIn(NavigationKind kind, string name)
    {
        if (!_builtIns.TryGetValue((kind, name), out var symbol))
        {
            _builtIns[(kind, name)] = symbol = new NavigationSymbol(kind, name);
        }

        return symbol;
    }

    private void AddExample(ExampleSyntax example)
    {
        Add(example.Kernel, Named(_kernels, example.Kernel));
        Add(example.Name, new NavigationSymbol(NavigationKind.Example, example.Name.Text, example.Name.Span, example, example));
        var names = ScopeOf(example.Kernel);
        foreach (var entry in example.Entries)
        {
            Add(entry.Name, names?.Find(entry.Name.Text));
            foreach (var value in SyntaxChildren.SelfAndDescendants(entry.Value).OfType<NameExpressionSyntax>())
            {
                AddBuiltIn(value.Name, NavigationKind.ElementType, BuiltInNames.ElementTypes);
                AddBuiltIn(value.Name, NavigationKind.Constant, BuiltInNames.Constants);
            }
        }
    }

    private void AddSchedule(ScheduleSyntax schedule)
    {
        Add(schedule.Kernel, Named(_kernels, schedule.Kernel));
        foreach (var argument in schedule.Directives.SelectMany(directive => directive.Arguments).Where(argument => argument.Axis is not null))
        {
            Add(argument.Axis!, ScopeOf(schedule.Kernel)?.FindAxis(argument.Axis!.Text));
        }
    }

    /// <summary>A body takes the names that are not parameters from each kernel that calls the function, itself or through others.</summary>
    private void AddFunction(FunctionSyntax function)
    {
        Add(function.Name, Named(_functions, function.Name));
        var parameters = new Dictionary<string, NavigationSymbol>(StringComparer.Ordinal);
        foreach (var parameter in function.Parameters.Where(parameter => !parameter.IsMissing))
        {
            if (!parameters.TryGetValue(parameter.Text, out var symbol))
            {
                parameters[parameter.Text] = symbol = new NavigationSymbol(NavigationKind.FunctionParameter, parameter.Text, parameter.Span, function, function);
            }

            Add(parameter, symbol);
        }

        var callers = Scopes.Where(scope => Calls(scope).Contains(function.Name.Text)).ToImmutableArray();
        AddExpression(function.Body, callers, parameters);
    }

    private readonly Dictionary<KernelNames, HashSet<string>> _calls = [];

    private HashSet<string> Calls(KernelNames scope)
    {
        if (!_calls.TryGetValue(scope, out var calls))
        {
            _calls[scope] = calls = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<SyntaxNode>([scope.Syntax]);
            while (open.Count > 0)
            {
                foreach (var call in SyntaxChildren.SelfAndDescendants(open.Pop()).OfType<CallSyntax>())
                {
                    if (Named(_functions, call.Name)?.Declaration is FunctionSyntax called && calls.Add(call.Name.Text))
                    {
                        open.Push(called.Body);
                    }
                }
            }
        }

        return calls;
    }
}
