using System.CommandLine;
using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Runtime.Packs;
using KernelDsl.Tool.Packing;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl pack</c>: compiles kernels ahead of time into a file that an assembly embeds. The build calls it.</summary>
internal sealed class PackCommand(ToolContext context)
{
    private readonly Argument<string[]> _files = CommandLine.Files();
    private readonly Option<string[]> _targets = new("--targets", "-t") { Description = "GPUs to compile for, such as sm_80;sm_90a.", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> _kind = new("--kind") { Description = "cubin (machine code), ptx (which the driver finishes, also for newer GPUs), or both.", DefaultValueFactory = _ => "both" };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The pack to write; it is left alone when it would not change.", Required = true };
    private readonly Option<bool> _isRequired = new("--require") { Description = "Fail when NVRTC is not there, rather than warn and make no pack." };

    public static Command Create(ToolContext context)
    {
        var pack = new PackCommand(context);
        pack._kind.AcceptOnlyFromAmong("cubin", "ptx", "both");
        var command = new Command("pack", "Compile kernels for GPUs into a pack.") { pack._files, pack._targets, pack._kind, pack._output, pack._isRequired };
        command.SetAction(pack.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var targets = parsed.GetRequiredValue(_targets).SelectMany(text => text.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        ImmutableArray<string> kinds = parsed.GetRequiredValue(_kind) switch { "both" => [KernelImageKinds.Cubin, KernelImageKinds.Ptx], var kind => [kind] };
        var output = parsed.GetRequiredValue(_output);
        var report = new PackReport();
        var result = Build(new PackRequest(Sources.Expand(parsed.GetRequiredValue(_files)), targets, kinds), output, parsed.GetValue(_isRequired), report);
        report.WriteTo(context.Output);
        if (result is null)
        {
            return report.HasErrors ? (int)ExitCode.Failure : (int)ExitCode.Success;
        }

        var isNew = Write(output, result.Bytes);
        context.Output.WriteLine($"{output}: {result.Images} images of {result.Kernels} kernels, {result.Bytes.Length} bytes, {result.Compiled} compiled{(isNew ? "" : ", unchanged")}");
        return (int)ExitCode.Success;
    }

    private static PackResult? Build(PackRequest request, string output, bool isRequired, PackReport report)
    {
        if (NvrtcCompiler.TryLoad(out var nvrtc, out var probe))
        {
            return new PackBuilder(nvrtc, new KernelDiskCache(KernelCacheOptions.FromEnvironment()), report).Build(request);
        }

        // An old pack would say that there is one.
        AtomicFile.Delete(output);
        report.Add(PackDiagnostics.PackWithoutNvrtc, isRequired ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, "kdsl", string.Join(";", request.Targets), probe.Describe());
        return null;
    }

    private static bool Write(string output, byte[] bytes)
    {
        if (File.Exists(output) && new FileInfo(output).Length == bytes.Length && File.ReadAllBytes(output).AsSpan().SequenceEqual(bytes))
        {
            return false;
        }

        AtomicFile.Write(output, stream => stream.Write(bytes));
        return true;
    }
}
