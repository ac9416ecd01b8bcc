using System.Runtime.InteropServices;
using KernelDsl.Plans;
using KernelDsl.Profiling.Counting;
using KernelDsl.VirtualGpu.Checks;
using KernelDsl.VirtualGpu.Decoding;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Memory;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu;

/// <summary>
/// A GPU that exists as a program: it executes the PTX of kernels on the CPU and checks what they do. It has device memory with exact bounds, and launches run to
/// their end before they return. Methods may be called from several threads, launches run one at a time.
/// </summary>
public sealed unsafe class VirtualGpu : IDisposable
{
    private readonly FindingLog _log;
    private readonly Lock _gate = new();
    private readonly System.Text.StringBuilder _printed = new();
    private uint _serial = 1;

    /// <summary>Makes a device.</summary>
    public VirtualGpu(VirtualGpuOptions? options = null)
    {
        Options = options ?? new VirtualGpuOptions();
        _log = new FindingLog(Options);
        Memory = new DeviceMemory(Options.MemoryBytes);
    }

    /// <summary>How it runs.</summary>
    public VirtualGpuOptions Options { get; }

    /// <summary>What was found, when findings are collected.</summary>
    public ImmutableArray<Finding> Findings => _log.Findings;

    /// <summary>What the last launch counted; null unless <see cref="VirtualGpuOptions.CountEvents"/> is set.</summary>
    public LaunchProfile? LastProfile { get; private set; }

    /// <summary>Raised on the launching thread after each launch that was counted.</summary>
    public event Action<LaunchProfile>? Profiled;

    /// <summary>What kernels printed.</summary>
    public string Printed
    {
        get
        {
            lock (_printed)
            {
                return _printed.ToString();
            }
        }
    }

    /// <summary>Bytes of device memory in use.</summary>
    public long UsedBytes => Memory.Used;

    internal DeviceMemory Memory { get; }

    /// <summary>False sends every lane of every access through all checks by itself.</summary>
    internal bool UsesCoalescing { get; init; } = true;

    /// <summary>Is told of every access of global memory that is in order; tests compare what programs touch.</summary>
    internal Action<MemoryTouch>? Observer { get; init; }

    /// <summary>Forgets the findings so far.</summary>
    public void ClearFindings() => _log.Clear();

    /// <summary>Loads a module.</summary>
    /// <param name="ptx">The text of the module.</param>
    /// <param name="spec">The lines of the spec that its CUDA C comes from, for findings and counters; left out: those in the last comment of the text, if it has some.</param>
    /// <exception cref="PtxException">The text is not PTX that is known here.</exception>
    public VirtualModule LoadModule(string ptx, SpecLineMap? spec = null)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        return new VirtualModule(this, PtxParser.Parse(ptx) with { Spec = spec ?? MapIn(ptx) });
    }

    private static SpecLineMap? MapIn(string ptx)
    {
        var at = ptx.LastIndexOf(SpecLineMap.PtxMarker, StringComparison.Ordinal);
        return at < 0 ? null : SpecLineMap.Parse(ptx[(at + SpecLineMap.PtxMarker.Length)..].TrimEnd('\0').TrimEnd('\n'));
    }

    /// <summary>Allocates device memory; nothing is written to it.</summary>
    /// <param name="bytes">The size; an access of the byte behind it is an error.</param>
    /// <param name="name">The name in findings, such as that of a tensor.</param>
    /// <returns>The address, a multiple of 256.</returns>
    public ulong Allocate(long bytes, string? name = null)
    {
        var allocation = Memory.Allocate(bytes, name ?? "");
        allocation.Name = name is null ? $"the allocation of {bytes} bytes at 0x{allocation.Address:x}" : $"'{name}' ({bytes} bytes)";
        return allocation.Address;
    }

    /// <summary>Frees an allocation.</summary>
    /// <exception cref="ArgumentException">No allocation begins there.</exception>
    public void Free(ulong address)
    {
        if (!Memory.Free(address))
        {
            throw new ArgumentException($"No allocation begins at 0x{address:x}, or it was freed already.", nameof(address));
        }
    }

    /// <summary>The allocations that are not freed, as findings of kind <see cref="FindingKind.Leak"/>; asked for before the device is disposed of, which frees all.</summary>
    public ImmutableArray<Finding> FindLeaks() =>
    [
        .. Memory.Live().Where(allocation => !allocation.IsOfModule).Select(allocation => new Finding(
            FindingKind.Leak, $"{allocation.Name} was not freed.", "", 0, "", 0, default, default, allocation.Address, allocation.Name, 0, 0)),
    ];

    /// <summary>Gives an allocation a name for findings.</summary>
    public void Name(ulong address, string name)
    {
        var allocation = Memory.Find(address) ?? throw new ArgumentException($"0x{address:x} is in no allocation.", nameof(address));
        allocation.Name = $"'{name}' ({allocation.Size} bytes)";
    }

    /// <summary>Makes an allocation read-only for kernels, or writable again.</summary>
    public void SetReadOnly(ulong address, bool isReadOnly = true)
        => (Memory.Find(address) ?? throw new ArgumentException($"0x{address:x} is in no allocation.", nameof(address))).IsReadOnly = isReadOnly;

    /// <summary>Copies to the device.</summary>
    /// <exception cref="ArgumentException">The range is not inside of one allocation.</exception>
    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source)
    {
        if (source.Length > 0)
        {
            var (allocation, offset) = Range(destination, source.Length);
            source.CopyTo(new Span<byte>(allocation.Data + offset, source.Length));
            new Span<byte>(allocation.State + offset, source.Length).Fill(ByteState.Written);
        }
    }

    /// <summary>Copies from the device.</summary>
    /// <exception cref="ArgumentException">The range is not inside of one allocation.</exception>
    public void CopyToHost(Span<byte> destination, ulong source)
    {
        if (destination.Length > 0)
        {
            var (allocation, offset) = Range(source, destination.Length);
            new ReadOnlySpan<byte>(allocation.Data + offset, destination.Length).CopyTo(destination);
        }
    }

    /// <summary>Whether every byte of a range was written, by a copy or a kernel.</summary>
    public bool IsWritten(ulong address, int bytes)
    {
        var (allocation, offset) = Range(address, bytes);
        return new ReadOnlySpan<byte>(allocation.State + offset, bytes).IndexOfAnyExcept(ByteState.Written) < 0;
    }

    /// <summary>Allocates and copies.</summary>
    public ulong Upload<T>(ReadOnlySpan<T> values, string? name = null)
        where T : unmanaged
    {
        var address = Allocate(Math.Max(1, (long)values.Length * sizeof(T)), name);
        CopyToDevice(address, MemoryMarshal.AsBytes(values));
        return address;
    }

    /// <summary>Copies an array from the device.</summary>
    public T[] Download<T>(ulong address, int count)
        where T : unmanaged
    {
        var values = new T[count];
        CopyToHost(MemoryMarshal.AsBytes(values.AsSpan()), address);
        return values;
    }

    /// <summary>Runs a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="block">Threads of a block.</param>
    /// <param name="sharedBytes">Dynamic shared memory.</param>
    /// <param name="arguments">A value for each parameter: numbers, addresses as <see cref="ulong"/>, or the bytes of a struct.</param>
    /// <exception cref="ArgumentException">Sizes or arguments do not fit the kernel.</exception>
    /// <exception cref="VirtualGpuFaultException">The kernel did something wrong.</exception>
    public void Launch(VirtualKernel kernel, Dim3 grid, Dim3 block, int sharedBytes = 0, params ReadOnlySpan<object> arguments)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        LaunchBytes(kernel, grid, block, sharedBytes, LaunchArguments.Pack(kernel.Program, arguments));
    }

    /// <summary>Runs a kernel in clusters of blocks, or with all blocks at once.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="block">Threads of a block.</param>
    /// <param name="options">Shared memory, clusters, and whether the launch is cooperative.</param>
    /// <param name="arguments">A value for each parameter: numbers, addresses as <see cref="ulong"/>, a <see cref="TensorMap"/>, or the bytes of a struct.</param>
    /// <exception cref="ArgumentException">Sizes or arguments do not fit the kernel, or the blocks of a cooperative launch do not fit the device at once.</exception>
    /// <exception cref="VirtualGpuFaultException">The kernel did something wrong.</exception>
    public void Launch(VirtualKernel kernel, Dim3 grid, Dim3 block, VirtualLaunchOptions options, params ReadOnlySpan<object> arguments)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        LaunchBytes(kernel, grid, block, options.SharedBytes, LaunchArguments.Pack(kernel.Program, arguments), options);
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose() => Memory.Dispose();

    internal void LaunchBytes(VirtualKernel kernel, Dim3 grid, Dim3 block, int sharedBytes, byte[] parameters, VirtualLaunchOptions? options = null)
    {
        LaunchArguments.CheckSizes(kernel.Program, Options, grid, block, sharedBytes);
        var cluster = LaunchRules.Cluster(kernel.Program, Options, grid, options?.Cluster);
        LaunchRules.CheckResidency(kernel.Program, Options, grid, block, sharedBytes, options?.IsCooperative ?? false);
        LaunchProfile? profile;
        lock (_gate)
        {
            var first = _serial;
            _serial = checked(_serial + (uint)grid.Count);
            var launch = new Launch(kernel.Program, Memory, _log, Options, grid, block, sharedBytes, parameters, first, cluster, options?.IsCooperative ?? false)
            {
                UsesCoalescing = UsesCoalescing && Observer is null,
                Observer = Observer,
                Print = text =>
                {
                    lock (_printed)
                    {
                        _printed.Append(text);
                    }
                },
            };
            fixed (byte* data = launch.Parameters)
            fixed (byte* state = launch.ParameterState)
            {
                launch.ParameterData = data;
                launch.ParameterStateData = state;
                var counted = new BlockRunner(launch).Run();
                LastProfile = profile = launch.Counted is null ? null : ProfileOf(launch, counted);
            }
        }

        if (profile is not null)
        {
            Profiled?.Invoke(profile);
        }
    }

    private static LaunchProfile ProfileOf(Launch launch, List<CounterTally> parts)
    {
        var lines = launch.Counted!.Lines;
        var all = new CounterTally(lines.Length);
        parts.ForEach(all.Add);
        var (grid, block) = (launch.GridSize, launch.BlockSize);
        var shape = new LaunchShape(
            (int)grid.X, (int)grid.Y, (int)grid.Z, (int)block.X, (int)block.Y, (int)block.Z, launch.Program.StaticShared, launch.DynamicSharedBytes);
        return new LaunchProfile(all.ToCounters(launch.Program.Name, shape, lines), ImmutableCollectionsMarshal.AsImmutableArray(launch.Streams));
    }

    private (Allocation Allocation, long Offset) Range(ulong address, long bytes)
    {
        var allocation = Memory.Find(address);
        if (allocation is null || allocation.IsFreed || (long)(address - allocation.Address) + bytes > allocation.Size)
        {
            throw new ArgumentException($"The {bytes} bytes at 0x{address:x} are not inside of one allocation.");
        }

        return (allocation, (long)(address - allocation.Address));
    }
}
