using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace KernelDsl.Runtime.Cuda;

/// <summary>NVRTC, loaded from wherever the machine has it.</summary>
public sealed unsafe partial class NvrtcCompiler : INvrtc
{
    // One compile at a time for versions before 12, which are not safe for several threads.
    private readonly object _gate = new();
    private readonly NvrtcFunctions _functions;

    private NvrtcCompiler(NvrtcFunctions functions, string location)
    {
        _functions = functions;
        Location = location;
        int major, minor;
        Check(functions.Version(&major, &minor), "nvrtcVersion");
        Version = new Version(major, minor);
        Architectures = ReadArchitectures();
    }

    /// <inheritdoc/>
    public Version Version { get; }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public ImmutableArray<int> Architectures { get; }

    /// <summary>Looks for NVRTC and loads the first that works.</summary>
    /// <param name="compiler">The compiler when it was found.</param>
    /// <param name="probe">What was looked at, found or not.</param>
    public static bool TryLoad([NotNullWhen(true)] out NvrtcCompiler? compiler, out NvrtcProbe probe)
        => TryLoad(new NvrtcLocator(Environment.GetEnvironmentVariable, AppContext.BaseDirectory), out compiler, out probe);

    /// <summary>Looks for NVRTC and loads the first that works.</summary>
    /// <exception cref="NvrtcMissingException">None was found.</exception>
    public static NvrtcCompiler Load() => TryLoad(out var compiler, out var probe) ? compiler : throw new NvrtcMissingException(probe);

    /// <inheritdoc/>
    public NvrtcResult Compile(string source, string name, string architecture, NvrtcOutput output, params ReadOnlySpan<string> options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        if (!ArchitecturePattern().IsMatch(architecture))
        {
            throw new ArgumentException($"'{architecture}' is not an architecture; write it like sm_80.", nameof(architecture));
        }

        var number = architecture[(architecture.IndexOf('_') + 1)..];
        string[] all = [$"--gpu-architecture={(output == NvrtcOutput.Ptx ? "compute" : "sm")}_{number}", .. options];
        if (Version.Major >= 12)
        {
            return Compile(source, name, all, output);
        }

        lock (_gate)
        {
            return Compile(source, name, all, output);
        }
    }

    internal static bool TryLoad(NvrtcLocator locator, [NotNullWhen(true)] out NvrtcCompiler? compiler, out NvrtcProbe probe)
    {
        var places = ImmutableArray.CreateBuilder<ProbedPlace>();
        var isExclusive = false;
        foreach (var (source, path) in locator.Paths())
        {
            isExclusive |= source.StartsWith("KDSL_NVRTC", StringComparison.Ordinal);
            var before = places.Count;
            foreach (var file in NvrtcLocator.LibrariesAt(path))
            {
                if (TryOpen(source, file, places, out compiler))
                {
                    probe = new NvrtcProbe(file, places.ToImmutable());
                    return true;
                }
            }

            if (places.Count == before)
            {
                places.Add(new ProbedPlace(source, path, Directory.Exists(path) ? "no NVRTC library in it" : "does not exist"));
            }
        }

        foreach (var name in isExclusive ? [] : NvrtcLocator.Names)
        {
            if (TryOpen("system loader", name, places, out compiler))
            {
                probe = new NvrtcProbe(name, places.ToImmutable());
                return true;
            }
        }

        compiler = null;
        probe = new NvrtcProbe(null, places.ToImmutable());
        return false;
    }

    private static bool TryOpen(string source, string library, ImmutableArray<ProbedPlace>.Builder places, [NotNullWhen(true)] out NvrtcCompiler? compiler)
    {
        compiler = null;
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            places.Add(new ProbedPlace(source, library, Path.IsPathRooted(library) ? "cannot be loaded" : "not found"));
            return false;
        }

        try
        {
            NvrtcLocator.PreloadBuiltins(library);
            compiler = new NvrtcCompiler(new NvrtcFunctions(new NativeExports(handle, library)), library);
            places.Add(new ProbedPlace(source, library, $"NVRTC {compiler.Version}"));
            return true;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or NvrtcException)
        {
            NativeLibrary.Free(handle);
            places.Add(new ProbedPlace(source, library, e.Message));
            return false;
        }
    }

    private NvrtcResult Compile(string source, string name, string[] options, NvrtcOutput output)
    {
        nint program = 0;
        var sourceText = Encoding.UTF8.GetBytes(source + '\0');
        var nameText = Encoding.UTF8.GetBytes(name + '\0');
        fixed (byte* sourceAddress = sourceText, nameAddress = nameText)
        {
            Check(_functions.CreateProgram(&program, sourceAddress, nameAddress, 0, null, null), "nvrtcCreateProgram");
        }

        try
        {
            var code = CompileProgram(program, options);
            var log = Encoding.UTF8.GetString(Read(program, _functions.GetLogSize, _functions.GetLog)).TrimEnd('\0', '\n');
            if (code != NvrtcFunctions.Success)
            {
                throw new NvrtcException($"NVRTC {Version} could not compile {name} ({_functions.Describe(code)}, {options[0]}).", log);
            }

            var image = output == NvrtcOutput.Ptx
                ? Read(program, _functions.GetPtxSize, _functions.GetPtx)
                : Read(program, _functions.GetCubinSize, _functions.GetCubin);
            if (output == NvrtcOutput.Ptx)
            {
                image = image.AsSpan().TrimEnd((byte)0).ToArray();
            }

            return new NvrtcResult(output, ImmutableCollectionsMarshal.AsImmutableArray(image), log);
        }
        finally
        {
            _ = _functions.DestroyProgram(&program);
        }
    }

    private int CompileProgram(nint program, string[] options)
    {
        var addresses = stackalloc byte*[options.Length];
        try
        {
            for (var i = 0; i < options.Length; i++)
            {
                addresses[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
            }

            return _functions.CompileProgram(program, options.Length, addresses);
        }
        finally
        {
            for (var i = 0; i < options.Length; i++)
            {
                Marshal.FreeCoTaskMem((nint)addresses[i]);
            }
        }
    }

    private byte[] Read(nint program, delegate* unmanaged<nint, nuint*, int> size, delegate* unmanaged<nint, byte*, int> content)
    {
        nuint count;
        Check(size(program, &count), "reading a size");
        var bytes = new byte[checked((int)count)];
        fixed (byte* address = bytes)
        {
            if (count > 0)
            {
                Check(content(program, address), "reading a result");
            }
        }

        return bytes;
    }

    private ImmutableArray<int> ReadArchitectures()
    {
        if (_functions.GetArchitectureCount is null || _functions.GetArchitectures is null)
        {
            return [];
        }

        int count;
        Check(_functions.GetArchitectureCount(&count), "nvrtcGetNumSupportedArchs");
        var numbers = new int[count];
        fixed (int* address = numbers)
        {
            Check(_functions.GetArchitectures(address), "nvrtcGetSupportedArchs");
        }

        return [.. numbers];
    }

    private void Check(int code, string action)
    {
        if (code != NvrtcFunctions.Success)
        {
            throw new NvrtcException($"NVRTC failed in {action}: {_functions.Describe(code)}.");
        }
    }

    [GeneratedRegex(@"^(sm|compute)_[0-9]{2,3}[af]?\z")]
    private static partial Regex ArchitecturePattern();
}
