using KernelDsl.Compiler.Diagnostics;

namespace KernelDsl.Compiler.Binding;

/// <summary>What is checked once all definitions are known: that recurrences step one way, and that every output is defined at every point.</summary>
internal sealed class DefinitionChecks(BoundKernel kernel, DiagnosticBag diagnostics)
{
    public void Run()
    {
        var order = DefinitionOrder.Of(kernel);
        foreach (var cycle in order.Cycles)
        {
            var names = string.Join(" → ", cycle.Select(definition => definition.Targets[0].Name).Append(cycle[0].Targets[0].Name));
            diagnostics.Report(BindingDiagnostics.Cycle, cycle[0].Targets[0].Role == TensorRole.Local ? cycle[0].Targets[0].Span : cycle[0].Span, cycle[0].Targets[0].Name, names);
        }

        if (!order.Cycles.IsEmpty)
        {
            return;
        }

        var analysis = kernel.Domains(diagnostics.Source);
        foreach (var definition in kernel.Definitions.Where(d => d.Kind != DefinitionKind.Scatter && d.Targets[0].Role == TensorRole.Output))
        {
            Report(analysis.OfDefinition(definition));
        }

        // A local that nothing needs everywhere may be undefined at places; only what an output needs is reported.
    }

    private void Report(Domain domain)
    {
        foreach (var cause in domain.Causes.GroupBy(cause => cause.Span).Select(group => group.First()))
        {
            var arguments = cause.Descriptor == BindingDiagnostics.UndefinedLocal && cause.Arguments.IsEmpty
                ? [diagnostics.Source.ToString(cause.Span), cause.Reason]
                : cause.Arguments.ToArray();
            diagnostics.Report(cause.Descriptor, cause.Span, arguments);
        }
    }
}
