using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Compiler.Binding;

/// <summary>
/// Binds one kernel. Lets may be used before their types are known (recurrences), so a kernel is bound with assumed kinds of its lets, and once more
/// where an assumption was wrong; only the last attempt's diagnostics count.
/// </summary>
internal sealed partial class KernelBinder
{
    private const int MaximumGuesses = 4;
    private const int MaximumNodes = 50_000;

    /// <summary>What a statement may have at the most, and a few functions around it. Later passes recurse over what is bound.</summary>
    private const int MaximumDepth = 2_000;

    private readonly KernelSyntax _syntax;
    private readonly FunctionTable _functions;
    private readonly IReadOnlyDictionary<string, ValueKind> _assumedKinds;
    private readonly DiagnosticBag _diagnostics;
    private readonly BoundKernel _kernel;

    private readonly Dictionary<string, Symbol> _symbols = new(StringComparer.Ordinal);
    private readonly List<ExtentSymbol> _extents = [];
    private readonly List<Axis> _axes = [];
    private readonly List<TensorSymbol> _parameters = [];
    private readonly List<ScalarSymbol> _scalars = [];
    private readonly List<TensorSymbol> _outputs = [];
    private readonly List<TensorSymbol> _locals = [];
    private readonly List<Definition> _definitions = [];
    private readonly List<Precondition> _preconditions = [];
    private readonly HashSet<Symbol> _used = [];
    private int _nodes;

    private KernelBinder(
        KernelSyntax syntax, FunctionTable functions, IReadOnlyDictionary<string, ValueKind> assumedKinds, SourceText source)
    {
        _syntax = syntax;
        _functions = functions;
        _assumedKinds = assumedKinds;
        _diagnostics = new DiagnosticBag(source);
        _kernel = new BoundKernel(syntax);
    }

    public static BoundKernel Bind(KernelSyntax syntax, FunctionTable functions, DiagnosticBag diagnostics)
    {
        var (kernel, found) = DeepStack.Run(() => BindHere(syntax, functions, diagnostics.Source), () => TooDeep(syntax, diagnostics.Source));
        diagnostics.AddRange(found);
        return kernel;
    }

    private static (BoundKernel Kernel, DiagnosticBag Diagnostics) BindHere(KernelSyntax syntax, FunctionTable functions, SourceText source)
    {
        // Guessed kinds that were wrong are mended; where that goes in circles, all kinds start at the bottom and only rise.
        var kinds = new KindGuess(syntax, functions).OfLets();
        for (var attempt = 1; ; attempt++)
        {
            var binder = new KernelBinder(syntax, functions, kinds, source);
            binder.Bind();
            var wrong = binder._locals.Where(local => binder.AssumedKind(local.Name) != local.Type.Kind && binder._definitions.Exists(d => d.Targets.Contains(local))).ToArray();
            if (wrong.Length > 0 && binder._usedEarly.Overlaps(wrong) && attempt < MaximumGuesses + binder._locals.Count + 2)
            {
                if (attempt == MaximumGuesses)
                {
                    kinds.Clear();
                    continue;
                }

                foreach (var local in wrong)
                {
                    kinds[local.Name] = local.Type.Kind;
                }

                continue;
            }

            binder._kernel.IsValid = binder.IsSound && !wrong.Any(binder._usedEarly.Contains);
            return (binder._kernel, binder._diagnostics);
        }
    }

    private static (BoundKernel Kernel, DiagnosticBag Diagnostics) TooDeep(KernelSyntax syntax, SourceText source)
    {
        var diagnostics = new DiagnosticBag(source);
        diagnostics.Report(BindingDiagnostics.TooDeep, syntax.Name.Span, syntax.Name.Text);
        return (new BoundKernel(syntax), diagnostics);
    }

    private ValueKind AssumedKind(string local) => _assumedKinds.TryGetValue(local, out var kind) ? kind : ValueKind.Integer;

    private void Bind()
    {
        BindGenericParameters();
        DeclareParameters();
        BindConditions();
        var signatureIsSound = !_diagnostics.HasErrors;
        _kernel.HasSignature = signatureIsSound;
        DeclareLocals();
        foreach (var statement in _syntax.Statements)
        {
            BindStatement(statement);
        }

        CheckOutputsAreDefined();
        Complete();
        if (signatureIsSound && _nodes <= MaximumNodes)
        {
            // Mistakes elsewhere in the body do not hide those of domains: a definition that failed is taken as defined everywhere.
            new DefinitionChecks(_kernel, _diagnostics).Run();
        }

        if (IsSound)
        {
            ReportUnused();
            ReportImpossibleConditions();
        }
    }

    /// <summary>No mistake was found, nor is there one elsewhere, such as in a function, that left something unbound.</summary>
    private bool IsSound => !_diagnostics.HasErrors && _failed.Count == 0;

    private void Complete()
    {
        _kernel.Extents = _extents.ToImmutableArray();
        _kernel.Axes = _axes.ToImmutableArray();
        _kernel.Parameters = _parameters.ToImmutableArray();
        _kernel.Scalars = _scalars.ToImmutableArray();
        _kernel.Outputs = _outputs.ToImmutableArray();
        _kernel.Locals = _locals.ToImmutableArray();
        _kernel.Definitions = _definitions.ToImmutableArray();
        _kernel.Preconditions = _preconditions.ToImmutableArray();
    }

    /// <summary>Adds a name to the kernel, or reports that it is taken.</summary>
    private bool Declare(Symbol symbol, TextSpan span)
    {
        if (symbol.Name.Length == 0)
        {
            return false;
        }

        if (_symbols.TryGetValue(symbol.Name, out var other))
        {
            _diagnostics.Report(BindingDiagnostics.DuplicateName, span, new DiagnosticNote(other.Span, $"'{other.Name}' is introduced here."), symbol.Name, Describe(other));
            if (symbol is TensorSymbol)
            {
                _brokenNames.Add(symbol.Name);
            }

            return false;
        }

        _symbols.Add(symbol.Name, symbol);
        return true;
    }

    private static string Describe(Symbol symbol) => symbol switch
    {
        Axis => "an axis",
        ExtentSymbol => "an extent",
        ConstSymbol => "a const parameter",
        TypeParameterSymbol => "a type parameter",
        ScalarSymbol => "a scalar parameter",
        TensorSymbol { Role: TensorRole.Output } => "an output",
        TensorSymbol { Role: TensorRole.Local } => "a let",
        _ => "a parameter",
    };

    private static string Describe(ValueKind kind) => kind switch
    {
        ValueKind.Bool => "a truth value",
        ValueKind.Integer => "an integer",
        _ => "a float",
    };

    /// <summary>The text of a span; what is made of it does not depend on how lines end.</summary>
    private string SourceOf(TextSpan span) => _diagnostics.Source.ToString(span).Replace("\r\n", "\n");

    private string SuggestFor(string name, Func<Symbol, bool>? filter = null)
        => Suggestion.For(name, _symbols.Values.Where(s => filter is null || filter(s)).Select(s => s.Name));

    private void CheckOutputsAreDefined()
    {
        var missing = _outputs.Where(output => !_definitions.Exists(d => d.Targets.Contains(output)) && !_failed.Contains(output)).ToArray();

        // An equation whose left side is misspelt was meant for one of them.
        foreach (var output in missing.Length <= _strayEquations ? [] : missing)
        {
            _diagnostics.Report(BindingDiagnostics.OutputMissing, output.Span, output.Name);
        }
    }

    /// <summary>Conditions of the signature that no call can meet, by themselves or together with those before them.</summary>
    private void ReportImpossibleConditions()
    {
        var builder = new Proofs.PolynomialBuilder(new Proofs.AtomTable(), _ => null);
        var prover = new Proofs.Prover(builder);
        var facts = Proofs.Facts.None;
        foreach (var precondition in _preconditions.Where(p => _syntax.Where.Any(where => where.Span.Equals(p.Span))))
        {
            if (Proofs.ConditionParts.Of(precondition.Condition, builder).Any(part => part.Inequality is { } inequality && prover.IsNegative(inequality, facts)))
            {
                _diagnostics.Report(TypeDiagnostics.ImpossibleCondition, precondition.Span, precondition.Text);
                return;
            }

            facts = facts.Assume(precondition.Condition, builder);
        }
    }

    private void ReportUnused()
    {
        if (_kernel.CountOfTypes() > BoundKernel.MaximumVariants)
        {
            _diagnostics.Report(TypeDiagnostics.ManyVariants, _syntax.Name.Span, _kernel.Name, _kernel.CountOfTypes(), BoundKernel.MaximumVariants);
        }

        foreach (var name in _syntax.GenericParameters.Select(p => p.Name).Where(name => _symbols.TryGetValue(name.Text, out var symbol) && !_used.Contains(symbol)))
        {
            _diagnostics.Report(TypeDiagnostics.UnusedParameter, name.Span, name.Text);
        }

        foreach (var parameter in _syntax.Parameters.Where(p => _symbols.TryGetValue(p.Name.Text, out var symbol) && !_used.Contains(symbol)))
        {
            _diagnostics.Report(TypeDiagnostics.UnusedParameter, parameter.Name.Span, parameter.Name.Text);
        }

        // Of what topk and sort give, one may be all that is wanted: the name of the other begins with '_'.
        foreach (var local in _locals.Where(local => !_used.Contains(local) && local.Name[0] != '_'))
        {
            _diagnostics.Report(TypeDiagnostics.UnusedLocal, local.Span, local.Name);
        }
    }
}
