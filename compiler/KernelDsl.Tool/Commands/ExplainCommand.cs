using System.CommandLine;
using System.Text.RegularExpressions;
using KernelDsl.Tool.Inputs;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl explain</c>: what the compiler makes of a kernel, or what a diagnostic means.</summary>
internal static partial class ExplainCommand
{
    public static Command Create(ToolContext context)
    {
        var subject = new Argument<string>("subject") { Description = "A .kdsl file, or the id of a diagnostic such as KD2003." };
        var kernel = CommandLine.Kernel();
        var command = new Command("explain", "Show what the compiler makes of kernels, or explain a diagnostic.") { subject, kernel };
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(subject), parsed.GetValue(kernel)));
        return command;
    }

    private static int Run(ToolContext context, string subject, string? kernelName)
    {
        if (DiagnosticId().IsMatch(subject))
        {
            return ExplainDiagnostic(context, subject.ToUpperInvariant());
        }

        if (!CommandLine.TryCompile(context, subject, out var compilation))
        {
            return (int)ExitCode.Failure;
        }

        foreach (var kernel in KernelChoice.Some(compilation, kernelName))
        {
            new KernelExplanation(context.Output, compilation.Source).Write(kernel);
        }

        return (int)ExitCode.Success;
    }

    private static int ExplainDiagnostic(ToolContext context, string id)
    {
        var found = DiagnosticCatalogue.All.FirstOrDefault(descriptor => descriptor.Id == id)
            ?? throw ToolException.Usage(ToolDiagnostics.UnknownDiagnostic, id, Suggestion.For(id, DiagnosticCatalogue.All.Select(descriptor => descriptor.Id)));
        context.Output.WriteLine($"{found.Id} ({found.Severity.ToString().ToLowerInvariant()}): {found.Title}");
        context.Output.WriteLine($"  Message: {found.MessageFormat}");
        context.Output.WriteLine($"  {found.Help}");
        return (int)ExitCode.Success;
    }

    [GeneratedRegex(@"^[Kk][Dd][0-9]{4}$")]
    private static partial Regex DiagnosticId();
}
