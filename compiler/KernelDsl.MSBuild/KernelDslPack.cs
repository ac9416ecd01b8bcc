using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelDsl.MSBuild;

/// <summary>Runs <c>kdsl pack</c>. Its lines are diagnostics in MSBuild's own form, so that they come through with file, line and id.</summary>
public sealed class KernelDslPack : ToolTask
{
    /// <summary>The specs.</summary>
    [Required]
    public ITaskItem[] Specs { get; set; } = [];

    /// <summary>The GPUs, separated by semicolons.</summary>
    [Required]
    public string Targets { get; set; } = "";

    /// <summary>The pack to write.</summary>
    [Required]
    public string Pack { get; set; } = "";

    /// <summary>The tool: a .dll for <c>dotnet exec</c>, or a program.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>The <c>dotnet</c> to run it with; found on the path when empty.</summary>
    public string DotNetHost { get; set; } = "";

    /// <summary><c>cubin</c>, <c>ptx</c> or <c>both</c>; the tool's own choice when empty.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Whether a missing NVRTC is an error.</summary>
    public bool IsRequired { get; set; }

    /// <inheritdoc/>
    protected override string ToolName => IsLibrary ? "dotnet" : Path.GetFileName(Program);

    /// <inheritdoc/>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.Normal;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override Encoding StandardOutputEncoding => Encoding.UTF8;

    /// <inheritdoc/>
    protected override Encoding StandardErrorEncoding => Encoding.UTF8;

    private bool IsLibrary => Program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => !IsLibrary ? Program : DotNetHost.Length > 0 ? DotNetHost : ToolExe;

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var line = new CommandLineBuilder();
        if (IsLibrary)
        {
            line.AppendSwitch("exec");
            line.AppendFileNameIfNotNull(Program);
        }

        return line.ToString();
    }

    /// <inheritdoc/>
    protected override string GenerateResponseFileCommands()
    {
        var lines = new StringBuilder("pack\n");
        foreach (var spec in Specs)
        {
            Add(spec.GetMetadata("FullPath"));
        }

        lines.Append("--targets\n");
        Add(Targets);
        lines.Append("--output\n");
        Add(Path.GetFullPath(Pack));
        if (Kind.Length > 0)
        {
            lines.Append("--kind\n");
            Add(Kind);
        }

        return lines.Append(IsRequired ? "--require\n" : "").ToString();

        // Without what would end the quotes; no path or target has it.
        void Add(string value) => lines.Append('"').Append(value.Replace("\"", "")).Append("\"\n");
    }

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors()
    {
        // The tool has said what is wrong; MSB6006 on top would be noise.
        return !Log.HasLoggedErrors && base.HandleTaskExecutionErrors();
    }
}
