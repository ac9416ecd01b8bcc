using System.Diagnostics;
using KernelDsl.Profiling.Sass;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Profiling;

/// <summary>The machine code that ptxas made of a PTX text.</summary>
internal sealed record Disassembly(ImmutableArray<ResourceUse> Resources, ImmutableArray<SassFunction> Functions)
{
    /// <summary>The machine code of an entry with what its PTX executed; null when the text has no such entry.</summary>
    public SassReport? Report(KernelDsl.Profiling.Counting.KernelCounters counters)
        => Functions.FirstOrDefault(function => function.Name == counters.Kernel) is { } function
            ? SassReport.Of(function, counters, Resources.FirstOrDefault(use => use.Function == counters.Kernel))
            : null;
}

/// <summary>Runs <c>ptxas</c> and <c>nvdisasm</c>, which are looked for where NVRTC is.</summary>
internal sealed class SassTools(string ptxas, string nvdisasm)
{
    /// <summary>What a page says without them.</summary>
    public const string Absent =
        "Machine code is not shown: ptxas and nvdisasm were not found. eng/install-nvrtc.sh --with-tools unpacks them; or set KDSL_NVRTC or CUDA_PATH to a CUDA toolkit.";

    private static readonly string[] s_subfolders = ["", "usr/bin", "bin", "../bin", "../../bin", "../../../bin"];

    /// <summary>The tools of this machine, or null.</summary>
    public static SassTools? Find() => Find(new NvrtcLocator(Environment.GetEnvironmentVariable, AppContext.BaseDirectory).Paths().Select(place => place.Path));

    /// <summary>The tools at the first place that has both.</summary>
    /// <param name="places">Folders, or files in them.</param>
    public static SassTools? Find(IEnumerable<string> places)
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        var found = from place in places
                    let folder = File.Exists(place) ? Path.GetDirectoryName(place)! : place
                    from sub in s_subfolders
                    let ptxas = Path.GetFullPath(Path.Combine(folder, sub, "ptxas" + suffix))
                    let nvdisasm = Path.GetFullPath(Path.Combine(folder, sub, "nvdisasm" + suffix))
                    where File.Exists(ptxas) && File.Exists(nvdisasm)
                    select new SassTools(ptxas, nvdisasm);
        return found.FirstOrDefault();
    }

    /// <summary>Assembles and disassembles.</summary>
    /// <param name="ptx">PTX; its line numbers are those of the result.</param>
    /// <param name="architecture">Such as <c>sm_80</c>, not below that of the text.</param>
    /// <exception cref="InvalidOperationException">A tool refuses; the message has its words.</exception>
    public Disassembly Disassemble(string ptx, string architecture) => InFolder(ptx, (source, cubin) =>
    {
        var report = Run(ptxas, ["-arch", architecture, "-lineinfo", "-v", "-o", cubin, source]);
        var text = Run(nvdisasm, ["-gp", "-c", cubin]);
        return report.IsGood && text.IsGood
            ? new Disassembly(ResourceUse.Parse(report.Error), SassFunction.Parse(text.Output))
            : throw new InvalidOperationException((report.IsGood ? text : report).Error.Trim());
    });

    /// <summary>Whether ptxas accepts a text.</summary>
    public bool Assembles(string ptx, string architecture) => InFolder(ptx, (source, cubin) => Run(ptxas, ["-arch", architecture, "-o", cubin, source]).IsGood);

    private static T InFolder<T>(string ptx, Func<string, string, T> work)
    {
        var folder = Directory.CreateTempSubdirectory("kdsl-sass-");
        try
        {
            var source = Path.Combine(folder.FullName, "kernel.ptx");
            File.WriteAllText(source, ptx);
            return work(source, Path.Combine(folder.FullName, "kernel.cubin"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (bool IsGood, string Output, string Error) Run(string file, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output, error.Result);
    }
}
