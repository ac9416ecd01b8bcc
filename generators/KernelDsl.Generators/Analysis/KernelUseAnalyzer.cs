using System.Collections.Concurrent;
using KernelDsl.Compiler.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;
using DiagnosticDescriptor = Microsoft.CodeAnalysis.DiagnosticDescriptor;
using DiagnosticSeverity = Microsoft.CodeAnalysis.DiagnosticSeverity;

namespace KernelDsl.Generators.Analysis;

/// <summary>Uses of generated classes that cannot work: types and consts that a spec does not allow, and variants that a sealed program lacks.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KernelUseAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor s_type = Descriptor(ProjectDiagnostics.TypeNotAllowed);
    private static readonly DiagnosticDescriptor s_const = Descriptor(ProjectDiagnostics.ConstNotAllowed);
    private static readonly DiagnosticDescriptor s_packed = Descriptor(ProjectDiagnostics.NotPacked);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [s_type, s_const, s_packed];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        if (context.Compilation.GetTypeByMetadataName("KernelDsl.Runtime.KernelInfoAttribute") is not { } attribute)
        {
            return;
        }

        var known = new ConcurrentDictionary<INamedTypeSymbol, KernelFacts?>(SymbolEqualityComparer.Default);
        KernelFacts? FactsOf(INamedTypeSymbol type) => known.GetOrAdd(type.OriginalDefinition, definition => KernelFacts.Of(definition, attribute));
        context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.KernelDslPolicy", out var policy);
        var isSealed = string.Equals(policy?.Trim(), "Sealed", StringComparison.OrdinalIgnoreCase);
        context.RegisterSyntaxNodeAction(c => CheckTypes(c, FactsOf), SyntaxKind.GenericName);
        context.RegisterOperationAction(c => CheckCall(c, FactsOf, isSealed), OperationKind.Invocation);
    }

    private static void CheckTypes(SyntaxNodeAnalysisContext context, Func<INamedTypeSymbol, KernelFacts?> factsOf)
    {
        var syntax = (GenericNameSyntax)context.Node;
        if (syntax.IsUnboundGenericName || context.SemanticModel.GetSymbolInfo(syntax, context.CancellationToken).Symbol is not INamedTypeSymbol { IsGenericType: true } type
            || factsOf(type) is not { } facts)
        {
            return;
        }

        for (var i = 0; i < type.TypeArguments.Length && i < facts.Types.Length; i++)
        {
            var (name, allowed) = facts.Types[i];
            if (type.TypeArguments[i] is { TypeKind: not (TypeKind.TypeParameter or TypeKind.Error) } argument && !allowed.Contains(KernelFacts.ElementName(argument)))
            {
                var place = syntax.TypeArgumentList.Arguments[i].GetLocation();
                context.ReportDiagnostic(Diagnostic.Create(s_type, place, facts.Name, name, argument.ToDisplayString(), string.Join(", ", allowed)));
            }
        }
    }

    private static void CheckCall(OperationAnalysisContext context, Func<INamedTypeSymbol, KernelFacts?> factsOf, bool isSealed)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { IsStatic: true, Name: "Compile" or "Run", ContainingType: { } type } method || factsOf(type) is not { } facts)
        {
            return;
        }

        var wanted = new List<(string Name, string Value)>();
        for (var i = 0; i < facts.Types.Length && i < type.TypeArguments.Length; i++)
        {
            if (type.TypeArguments[i].TypeKind is not (TypeKind.TypeParameter or TypeKind.Error))
            {
                wanted.Add((facts.Types[i].Name, KernelFacts.ElementName(type.TypeArguments[i])));
            }
        }

        // The consts are the last parameters.
        foreach (var argument in call.Arguments)
        {
            var index = (argument.Parameter?.Ordinal ?? -1) - (method.Parameters.Length - facts.Consts.Length);
            if (index < 0 || ConstantOf(argument.Value) is not { } value)
            {
                continue;
            }

            var (name, allowed) = facts.Consts[index];
            wanted.Add((name, KernelFacts.Text(value)));
            if (value < 0 || !(allowed.IsEmpty || allowed.Contains(KernelFacts.Text(value))))
            {
                var rule = allowed.IsEmpty ? "any from 0 on" : string.Join(", ", allowed);
                context.ReportDiagnostic(Diagnostic.Create(s_const, argument.Value.Syntax.GetLocation(), facts.Name, name, value, rule));
                return;
            }
        }

        if (isSealed && !facts.Packed.Any(variant => wanted.All(w => variant.TryGetValue(w.Name, out var value) && value == w.Value)))
        {
            var variant = wanted.Count == 0 ? "any choice" : string.Join(", ", wanted.Select(w => $"{w.Name}={w.Value}"));
            context.ReportDiagnostic(Diagnostic.Create(s_packed, call.Syntax.GetLocation(), facts.Name, variant));
        }
    }

    /// <summary>The constant that is passed; null for none, and for a null.</summary>
    private static long? ConstantOf(IOperation operation)
    {
        while (operation is IConversionOperation { ConstantValue.HasValue: false } conversion)
        {
            operation = conversion.Operand;
        }

        return operation.ConstantValue is { HasValue: true, Value: { } value } && value is long or int or short or sbyte or byte or ushort or uint
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static DiagnosticDescriptor Descriptor(KernelDsl.Compiler.Diagnostics.DiagnosticDescriptor descriptor)
        => new(descriptor.Id, descriptor.Title, descriptor.MessageFormat, "KernelDsl", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: descriptor.Help);
}
