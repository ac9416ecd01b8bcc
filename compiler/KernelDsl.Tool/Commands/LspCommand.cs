using System.CommandLine;
using KernelDsl.Tool.LanguageServer;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl lsp</c>: serves an editor over the standard streams.</summary>
internal static class LspCommand
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var command = new Command("lsp", "Serve an editor: the Language Server Protocol over standard input and output.");

        // Editors tell servers the transport; this is the only one.
        command.Add(new Option<bool>("--stdio") { Description = "Accepted and without effect." });
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();

        // Only the protocol goes to standard output, whatever else would be printed.
        Console.SetOut(Console.Error);
        return new ServerLoop(input, output, s_quiet, s_longest).Run();
    }
}
