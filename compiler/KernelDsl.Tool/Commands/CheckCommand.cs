using System.CommandLine;
using KernelDsl.Tool.Reports;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl check</c>: all diagnostics of the files.</summary>
internal static class CheckCommand
{
    public static Command Create(ToolContext context)
    {
        var files = CommandLine.Files();
        var format = new Option<string>("--format") { Description = "How diagnostics are written: text, json or sarif (2.1.0).", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "sarif");
        var command = new Command("check", "Report the errors and advice of specs.") { files, format };
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(files), parsed.GetRequiredValue(format)));
        return command;
    }

    private static int Run(ToolContext context, string[] paths, string format)
    {
        var files = Sources.Expand(paths);
        var diagnostics = files.SelectMany(file => KernelCompilation.Create(Sources.Read(file)).Diagnostics).ToArray();
        switch (format)
        {
            case "json":
                context.Output.WriteLine(JsonReport.Write(diagnostics));
                break;
            case "sarif":
                context.Output.WriteLine(SarifReport.Write(diagnostics));
                break;
            default:
                TextReport.Write(context.Output, diagnostics, files.Count);
                break;
        }

        return diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? (int)ExitCode.Failure : (int)ExitCode.Success;
    }
}
