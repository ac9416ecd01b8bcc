using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Syntax;

namespace KernelDsl.Compiler.Binding;

/// <summary>Checks schedules and gradients.</summary>
internal static class ScheduleBinder
{
    internal static ImmutableArray<string> Targets { get; } = ["cuda", "cpu"];
    internal static ImmutableArray<string> Architectures { get; } = ["sm_80", "sm_86", "sm_89", "sm_90", "sm_90a"];
    internal static ImmutableArray<string> WithAxis { get; } = ["tile", "split"];
    internal static ImmutableArray<string> Plain { get; } = ["stages", "warps", "threads", "vector"];

    public static void Bind(ModuleSyntax syntax, List<BoundKernel> kernels, DiagnosticBag diagnostics)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var schedule in syntax.Items.OfType<ScheduleSyntax>())
        {
            var kernel = Binder.FindKernel(schedule.Kernel, kernels, diagnostics);
            CheckTarget(schedule, diagnostics);
            if (kernel is not null && !seen.Add($"{schedule.Kernel.Text} {schedule.Target?.Text} {schedule.Architecture?.Text}"))
            {
                diagnostics.Report(TypeDiagnostics.DuplicateSchedule, schedule.Kernel.Span, $"Kernel '{schedule.Kernel.Text}' already has a schedule for this target.");
            }

            var directives = new HashSet<string>(StringComparer.Ordinal);
            foreach (var directive in schedule.Directives.Where(d => !d.Name.IsMissing))
            {
                CheckDirective(directive, kernel, directives, diagnostics);
            }
        }

        foreach (var gradient in syntax.Items.OfType<GradientSyntax>())
        {
            CheckGradient(gradient, Binder.FindKernel(gradient.Kernel, kernels, diagnostics), diagnostics);
        }
    }

    private static void CheckTarget(ScheduleSyntax schedule, DiagnosticBag diagnostics)
    {
        if (schedule.Target is { IsMissing: false } target && !Targets.Contains(target.Text))
        {
            diagnostics.Report(TypeDiagnostics.ScheduleTarget, target.Span, target.Text, Suggestion.For(target.Text, Targets));
        }
        else if (schedule.Architecture is { IsMissing: false } architecture && (schedule.Target?.Text != "cuda" || !Architectures.Contains(architecture.Text)))
        {
            var hint = schedule.Target?.Text == "cuda" ? Suggestion.For(architecture.Text, Architectures) : "; only cuda takes an architecture";
            diagnostics.Report(TypeDiagnostics.ScheduleTarget, architecture.Span, $"{schedule.Target?.Text}({architecture.Text})", hint);
        }
    }

    private static void CheckDirective(DirectiveSyntax directive, BoundKernel? kernel, HashSet<string> seen, DiagnosticBag diagnostics)
    {
        var name = directive.Name.Text;
        var takesAxis = WithAxis.Contains(name);
        if (!takesAxis && !Plain.Contains(name))
        {
            diagnostics.Report(TypeDiagnostics.ScheduleDirective, directive.Name.Span, name, Suggestion.For(name, WithAxis.Concat(Plain)));
            return;
        }

        foreach (var argument in directive.Arguments)
        {
            if (takesAxis != argument.Axis is not null)
            {
                var form = takesAxis ? $"'{name}' names an axis, as in '{name} i 64 | 128'." : $"'{name}' takes values only, as in '{name} 2 | 4'.";
                diagnostics.Report(TypeDiagnostics.ScheduleValue, argument.Span, form);
                continue;
            }

            if (argument.Axis is { IsMissing: false } axis && kernel is { IsValid: true } && !kernel.Axes.Any(a => a.Name == axis.Text))
            {
                diagnostics.Report(BindingDiagnostics.UnknownAxis, axis.Span, axis.Text, Suggestion.For(axis.Text, kernel.Axes.Select(a => a.Name)));
            }

            if (!seen.Add(name + " " + argument.Axis?.Text))
            {
                diagnostics.Report(TypeDiagnostics.DuplicateSchedule, argument.Span, $"'{name}{(argument.Axis is null ? string.Empty : " " + argument.Axis.Text)}' is given twice.");
            }

            foreach (var value in argument.Values.Where(v => v is not (MissingExpressionSyntax or IntegerLiteralSyntax { Value: > 0 })))
            {
                diagnostics.Report(TypeDiagnostics.ScheduleValue, value.Span, $"'{diagnostics.Source.ToString(value.Span)}' is not a positive integer.");
            }
        }
    }

    private static void CheckGradient(GradientSyntax gradient, BoundKernel? kernel, DiagnosticBag diagnostics)
    {
        if (kernel is not { IsValid: true })
        {
            return;
        }

        var isKnown = true;
        foreach (var name in gradient.Parameters.Where(p => !p.IsMissing))
        {
            if (!kernel.Parameters.Any(p => p.Name == name.Text) && !kernel.Scalars.Any(s => s.Name == name.Text))
            {
                isKnown = false;
                var names = kernel.Parameters.Select(p => p.Name).Concat(kernel.Scalars.Select(s => s.Name));
                diagnostics.Report(BindingDiagnostics.UnknownName, name.Span, name.Text, Suggestion.For(name.Text, names));
            }
        }

        if (isKnown)
        {
            diagnostics.Report(BindingDiagnostics.GradientLater, gradient.Span, kernel.Name);
        }
    }
}
