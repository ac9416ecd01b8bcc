using System.CommandLine;
using System.Globalization;
using KernelDsl.Tool.Commands;

namespace KernelDsl.Tool;

/// <summary>Runs one command line: the entry of the program and of the tests.</summary>
internal static class ToolHost
{
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var isVerbose = args.Contains("--verbose", StringComparer.Ordinal);
        var context = new ToolContext(output, error, isVerbose);
        try
        {
            var parsed = CommandLine.Create(context).Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var problem in parsed.Errors)
                {
                    Report(context, ToolDiagnostics.Usage, problem.Message.TrimEnd('.') + ".");
                }

                error.WriteLine("Try: kdsl --help");
                return (int)ExitCode.Usage;
            }

            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (ToolException e)
        {
            Report(context, e.Descriptor, null, e.Message);
            return (int)e.ExitCode;
        }
        catch (OutOfMemoryException)
        {
            Report(context, ArgumentDiagnostics.OutOfMemory, "this command");
            return (int)ExitCode.Failure;
        }
        catch (Exception e)
        {
            Report(context, InternalDiagnostics.Crash, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.");
            if (isVerbose)
            {
                error.WriteLine(e);
            }

            return (int)ExitCode.Internal;
        }
    }

    private static void Report(ToolContext context, DiagnosticDescriptor descriptor, object? argument, string? message = null)
        => context.Error.WriteLine($"kdsl: error {descriptor.Id}: {message ?? string.Format(CultureInfo.InvariantCulture, descriptor.MessageFormat, argument)}");
}
