using System.CommandLine;

namespace KernelDsl.Tool.Commands;

/// <summary>The commands and what they share.</summary>
internal static class CommandLine
{
    public static RootCommand Create(ToolContext context)
    {
        var root = new RootCommand("KernelDsl: checks, formats, explains, compiles and runs GPU kernels written as equations (.kdsl).")
        {
            CheckCommand.Create(context),
            FormatCommand.Create(context),
            ExplainCommand.Create(context),
            EmitCommand.Create(context),
            RunCommand.Create(context),
            TestCommand.Create(context),
            ProfileCommand.Create(context),
            PackCommand.Create(context),
            CacheCommand.Create(context),
            DevicesCommand.Create(context),
            LspCommand.Create(),
        };
        root.Add(new Option<bool>("--verbose") { Description = "Show where an internal error happened.", Recursive = true });
        return root;
    }

    public static Argument<string[]> Files() => new("files") { Description = ".kdsl files, or folders with .kdsl files in them.", Arity = ArgumentArity.OneOrMore };

    public static Argument<string> File() => new("file") { Description = "A .kdsl file." };

    public static Option<string?> Kernel() => new("--kernel", "-k") { Description = "The kernel's name." };

    public static Option<string[]> Assignments(string name, string description)
        => new(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    /// <summary>Parses and binds; without errors in the file the command goes on, otherwise they are printed.</summary>
    public static bool TryCompile(ToolContext context, string path, out KernelCompilation compilation)
    {
        compilation = KernelCompilation.Create(Sources.Read(path));
        if (!compilation.HasErrors)
        {
            return true;
        }

        foreach (var diagnostic in compilation.Diagnostics.Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Info))
        {
            context.Error.WriteLine(diagnostic);
        }

        return false;
    }
}
