namespace KernelDsl.Runtime.Cuda;

/// <summary>What NVRTC is to make of a source.</summary>
public enum NvrtcOutput
{
    /// <summary>PTX text, which the driver finishes for the GPU at hand.</summary>
    Ptx,

    /// <summary>Machine code for exactly one architecture.</summary>
    Cubin,
}

/// <summary>What NVRTC made of a source.</summary>
/// <param name="Output">What <paramref name="Code"/> is.</param>
/// <param name="Code">PTX as UTF-8 text without a closing zero, or a cubin.</param>
/// <param name="Log">Warnings and remarks; often empty.</param>
public sealed record NvrtcResult(NvrtcOutput Output, ImmutableArray<byte> Code, string Log)
{
    /// <summary>The PTX as text.</summary>
    /// <exception cref="InvalidOperationException">The result is a cubin.</exception>
    public string Text => Output == NvrtcOutput.Ptx
        ? System.Text.Encoding.UTF8.GetString(Code.AsSpan())
        : throw new InvalidOperationException("A cubin is not text.");
}

/// <summary>A compiler from CUDA C to PTX and machine code. Implementations can be used from several threads.</summary>
public interface INvrtc
{
    /// <summary>The version, such as 12.4.</summary>
    Version Version { get; }

    /// <summary>Where it was loaded from.</summary>
    string Location { get; }

    /// <summary>The architectures it can compile for, such as 80 for <c>sm_80</c>; empty when it cannot tell.</summary>
    ImmutableArray<int> Architectures { get; }

    /// <summary>Compiles one source.</summary>
    /// <param name="source">CUDA C; no include path is set.</param>
    /// <param name="name">The file name that messages show.</param>
    /// <param name="architecture">Such as <c>sm_80</c> or <c>sm_90a</c>; for PTX the virtual architecture of the same number is used.</param>
    /// <param name="output">What to make.</param>
    /// <param name="options">Further options, such as <c>--use_fast_math</c>.</param>
    /// <exception cref="ArgumentException">The architecture is not written like one.</exception>
    /// <exception cref="NvrtcException">The source has errors or an option is not known; the exception has the log.</exception>
    NvrtcResult Compile(string source, string name, string architecture, NvrtcOutput output, params ReadOnlySpan<string> options);
}
