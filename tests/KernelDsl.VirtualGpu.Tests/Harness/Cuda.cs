using System.Collections.Concurrent;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.VirtualGpu.Tests.Harness;

/// <summary>CUDA C on the virtual GPU: compiled by the real NVRTC, which a machine may lack.</summary>
internal static class Cuda
{
    private static readonly Lazy<(NvrtcCompiler? Compiler, string Reason)> s_nvrtc = new(() =>
        NvrtcCompiler.TryLoad(out var compiler, out var probe) ? (compiler, "") : (null, probe.Describe()));

    private static readonly ConcurrentDictionary<(string, string, string), string> s_ptx = new();

    /// <summary>PTX of a source; skips the test where NVRTC is absent.</summary>
    public static string Ptx(string source, string architecture = "sm_80", params string[] options)
    {
        Skip.If(s_nvrtc.Value.Compiler is null, s_nvrtc.Value.Reason);
        return s_ptx.GetOrAdd((source, architecture, string.Join(' ', options)), _ =>
            s_nvrtc.Value.Compiler!.Compile(source, "test.cu", architecture, NvrtcOutput.Ptx, ["-lineinfo", "--fmad=false", .. options]).Text);
    }

    /// <summary>The first kernel of a source, on a device.</summary>
    public static VirtualKernel Load(VirtualGpu gpu, string source, params string[] options)
    {
        var module = gpu.LoadModule(Ptx(source, gpu.Options.Architecture, options));
        return module.GetKernel(module.KernelNames[0]);
    }
}
