namespace KernelDsl.Tool.Tests.CommandLine;

/// <summary>One run of the tool in this process.</summary>
internal sealed record Cli(int ExitCode, string Output, string Error)
{
    public static Cli Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return new Cli(ToolHost.Run(args, output, error), output.ToString(), error.ToString());
    }

    /// <summary>No input may end in a stack trace.</summary>
    public Cli WithoutTrace()
    {
        Assert.DoesNotContain("   at ", Output + Error, StringComparison.Ordinal);
        Assert.NotEqual(3, ExitCode);
        return this;
    }
}
