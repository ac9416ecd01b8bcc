using Spectre.Console;

namespace KernelDsl.Tool.Reports;

/// <summary>Shows that long work goes on, when a person looks at a terminal; otherwise nothing.</summary>
internal static class Progress
{
    public static T Run<T>(ToolContext context, string what, Func<T> work)
    {
        if (!context.IsTerminal)
        {
            return work();
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) });
        return console.Status().Start(Markup.Escape(what), _ => work());
    }
}
