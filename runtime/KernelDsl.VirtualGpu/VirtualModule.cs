using KernelDsl.VirtualGpu.Decoding;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu;

/// <summary>A module on a virtual GPU: its variables lie in device memory, its kernels are decoded when they are asked for.</summary>
public sealed unsafe class VirtualModule : IDisposable
{
    private readonly VirtualGpu _gpu;
    private readonly PtxModule _module;
    private readonly Dictionary<string, ulong> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VirtualKernel> _kernels = new(StringComparer.Ordinal);

    internal VirtualModule(VirtualGpu gpu, PtxModule module)
    {
        _gpu = gpu;
        _module = module;
        foreach (var variable in module.Variables.Where(v => v.Space is StateSpace.Global or StateSpace.Const))
        {
            if (variable.IsExtern || variable.IsUnsized)
            {
                throw new PtxException(variable.Line, $"the variable '{variable.Name}' is defined in another module, and modules are not linked.");
            }

            _variables[variable.Name] = gpu.Allocate(variable.Bytes, variable.Name);
            gpu.Memory.Find(_variables[variable.Name])!.IsOfModule = true;
        }

        foreach (var variable in module.Variables.Where(v => _variables.ContainsKey(v.Name)))
        {
            Initialise(variable);
        }
    }

    /// <summary>The names of the kernels.</summary>
    public ImmutableArray<string> KernelNames => [.. _module.Functions.Where(f => f.IsEntry).Select(f => f.Name)];

    /// <summary>The address of a variable of the module.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public ulong AddressOf(string variable) => _variables[variable];

    /// <summary>A kernel, decoded.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    /// <exception cref="PtxException">It uses something that the virtual GPU does not execute.</exception>
    public VirtualKernel GetKernel(string name)
    {
        lock (_kernels)
        {
            if (!_kernels.TryGetValue(name, out var kernel))
            {
                var function = _module.Functions.FirstOrDefault(f => f.IsEntry && f.Name == name) ?? throw new KeyNotFoundException($"The module has no kernel '{name}'.");
                var program = Decoder.Decode(_module, function, _gpu.Options.Architecture, symbol => _variables.TryGetValue(symbol, out var at) ? at : null);
                _kernels.Add(name, kernel = new VirtualKernel(_gpu, program));
            }

            return kernel;
        }
    }

    /// <summary>Frees the variables.</summary>
    public void Dispose()
    {
        foreach (var address in _variables.Values)
        {
            _gpu.Memory.Free(address);
        }

        _variables.Clear();
    }

    /// <summary>Variables without an initialiser are zero, as the driver makes them.</summary>
    private void Initialise(PtxVariable variable)
    {
        var bytes = new byte[variable.Bytes];
        foreach (var value in variable.Values)
        {
            var bits = value.Symbol is null ? value.Bits
                : _variables.TryGetValue(value.Symbol, out var address) ? address + value.Bits
                : _module.FunctionAddress(value.Symbol) is { } function ? function + value.Bits
                : throw new PtxException(variable.Line, $"'{value.Symbol}' in the initialiser of '{variable.Name}' is not a variable in global memory.");
            bits = (bits & value.Mask) >> System.Numerics.BitOperations.TrailingZeroCount(value.Mask);
            for (var k = 0; k < value.Size; k++)
            {
                bytes[value.Offset + k] = (byte)(bits >> (8 * k));
            }
        }

        var target = _variables[variable.Name];
        _gpu.CopyToDevice(target, bytes);
        _gpu.SetReadOnly(target, variable.Space == StateSpace.Const);
    }
}

/// <summary>A kernel that is ready to run on a virtual GPU.</summary>
public sealed class VirtualKernel
{
    private readonly VirtualGpu _gpu;

    internal VirtualKernel(VirtualGpu gpu, Program program)
    {
        _gpu = gpu;
        Program = program;
    }

    /// <summary>The name.</summary>
    public string Name => Program.Name;

    /// <summary>The number of parameters.</summary>
    public int ParameterCount => Program.Parameters.Length;

    /// <summary>Static shared memory in bytes.</summary>
    public int StaticSharedBytes => Program.StaticShared;

    internal Program Program { get; }

    /// <summary>Runs it; see <c>VirtualGpu.Launch</c>.</summary>
    public void Launch(Dim3 grid, Dim3 block, int sharedBytes = 0, params ReadOnlySpan<object> arguments) => _gpu.Launch(this, grid, block, sharedBytes, arguments);

    /// <summary>Runs it in clusters or with all blocks at once.</summary>
    public void Launch(Dim3 grid, Dim3 block, VirtualLaunchOptions options, params ReadOnlySpan<object> arguments) => _gpu.Launch(this, grid, block, options, arguments);
}
