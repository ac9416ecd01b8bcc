using System.Diagnostics;

namespace KernelDsl.EndToEnd.Tests;

/// <summary>What a command printed, and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, TimeSpan Time)
{
    /// <summary>The lines, trimmed.</summary>
    public IEnumerable<string> Lines => Output.Split('\n').Select(line => line.Trim());

    public CommandResult Succeeds()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>The lines that hold a text, each once: MSBuild repeats errors in its summary.</summary>
    public string[] Having(string text) => Lines.Where(line => line.Contains(text, StringComparison.Ordinal)).Distinct().ToArray();
}

/// <summary>Runs commands.</summary>
internal static class Command
{
    public static CommandResult Run(string folder, string program, params string[] arguments) => Run(folder, [], program, arguments);

    public static CommandResult Run(string folder, IEnumerable<(string Name, string Value)> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end:\n{output}");
        }

        return new CommandResult(process.ExitCode, output + error.Result, Stopwatch.GetElapsedTime(begin));
    }
}
