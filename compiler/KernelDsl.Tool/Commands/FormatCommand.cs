using System.CommandLine;
using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl fmt</c>: one way to write every spec.</summary>
internal static class FormatCommand
{
    public static Command Create(ToolContext context)
    {
        var files = CommandLine.Files();
        var check = new Option<bool>("--check") { Description = "Change nothing; list the files that would change, and fail if there are any." };
        var command = new Command("fmt", "Format specs in place.") { files, check };
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(files), parsed.GetValue(check)));
        return command;
    }

    private static int Run(ToolContext context, string[] paths, bool isCheck)
    {
        var failed = false;
        foreach (var file in Sources.Expand(paths))
        {
            var source = Sources.Read(file);
            if (Backends.Format(source) is not { } formatted)
            {
                // A file with mistakes in its syntax stays as it is: better unformatted than damaged.
                foreach (var diagnostic in KernelCompilation.Create(source).Diagnostics.Where(diagnostic => diagnostic.Id.StartsWith("KD1", StringComparison.Ordinal)))
                {
                    context.Error.WriteLine(diagnostic);
                }

                failed = true;
            }
            else if (formatted != source.Text)
            {
                context.Output.WriteLine(file);
                failed |= isCheck;
                if (!isCheck)
                {
                    AtomicFile.WriteText(file, formatted);
                }
            }
        }

        return failed ? (int)ExitCode.Failure : (int)ExitCode.Success;
    }
}
