using KernelDsl.Plans;
using KernelDsl.Runtime.Caching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>A GPU as a device of kernels and tensors. Launches run in the order in which they were made, beside the host.</summary>
public sealed class CudaKernelDevice : KernelDevice
{
    // CUDA_ERROR_OUT_OF_MEMORY
    private const int OutOfMemory = 2;

    private readonly CudaDevice _device;
    private readonly KernelImageSource _images;
    private readonly string? _name;
    private readonly IDisposable? _owned;

    /// <summary>Uses an open GPU, and owns it.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="images">Where compiled kernels come from; left out: the assembly's pack, the disk cache, NVRTC.</param>
    public CudaKernelDevice(CudaDevice device, KernelImageSource? images = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _images = images ?? new KernelImageSource(new KernelDiskCache(KernelCacheOptions.FromEnvironment()), static () => NvrtcCompiler.Load());
    }

    /// <summary>Uses an open device under another name, and owns it with what it stands on.</summary>
    internal CudaKernelDevice(CudaDevice device, string name, IDisposable owned)
        : this(device) => (_name, _owned) = (name, owned);

    /// <summary>The GPU's name, memory and multiprocessors.</summary>
    public CudaDevice Gpu => _device;

    /// <inheritdoc/>
    public override string Name => _name ?? $"cuda:{_device.Ordinal}";

    /// <inheritdoc/>
    public override string Architecture => _device.Architecture;

    /// <inheritdoc/>
    public override bool IsHostMemory => false;

    internal ICudaDriver Driver => _device.Driver;

    /// <summary>Opens a GPU of the machine.</summary>
    /// <param name="ordinal">The place in the driver's list, from 0.</param>
    /// <exception cref="KernelDeviceException">There is no driver or no such GPU; the message says which.</exception>
    public static CudaKernelDevice Open(int ordinal = 0)
        => CudaDevice.TryOpen(ordinal, out var device, out var reason)
            ? new CudaKernelDevice(device)
            : throw new KernelDeviceException(RuntimeDiagnostics.NoDevice, $"cuda:{ordinal}", reason);

    /// <inheritdoc/>
    /// <exception cref="CudaException">A launch before failed.</exception>
    public override void Synchronize()
    {
        MakeCurrent();
        Driver.Synchronize();
    }

    /// <exception cref="ObjectDisposedException">The device was disposed, and its context with it.</exception>
    internal void MakeCurrent()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Driver.SetCurrent(_device.Context);
    }

    internal override nint AllocateMemory(long bytes)
    {
        // Padded, because atomics on narrow elements work on whole words.
        var words = (Math.Max(bytes, 1) + 3) / 4;
        MakeCurrent();
        try
        {
            var address = AllocateOrCollect(words * 4);
            try
            {
                Driver.Fill(address, 4, 0, words);
            }
            catch
            {
                FreeMemory((nint)address);
                throw;
            }

            return (nint)address;
        }
        catch (CudaException e) when (e.Code == OutOfMemory)
        {
            throw new DeviceMemoryException(Name, bytes);
        }
    }

    internal override void FreeMemory(nint address)
    {
        // The context took its memory with it; finalizers come at any time.
        if (IsDisposed)
        {
            return;
        }

        try
        {
            MakeCurrent();
            Driver.Free((ulong)address);
        }
        catch (CudaException)
        {
            // After a kernel that failed every call fails; the first error was thrown where it can be seen.
        }
    }

    internal override void CopyToDevice(nint address, ReadOnlySpan<byte> source)
    {
        MakeCurrent();
        Driver.CopyToDevice((ulong)address, source);
    }

    internal override void CopyToHost(Span<byte> destination, nint address)
    {
        MakeCurrent();
        Driver.CopyToHost(destination, (ulong)address);
    }

    internal override void Clear(nint address, long bytes)
    {
        MakeCurrent();
        Driver.Fill((ulong)address, 1, 0, bytes);
    }

    internal override KernelExecutable Load(KernelDefinition definition, ReadOnlySpan<long> consts)
    {
        var variant = definition.Variant!;
        if (variant.CudaKey is null)
        {
            throw new KernelDeviceException(RuntimeDiagnostics.NoCode, "CUDA", definition.Name, definition.Types.Length == 0 ? "" : " for " + definition.Types);
        }

        var named = ImmutableArray.CreateBuilder<KernelConst>(consts.Length);
        for (var i = 0; i < consts.Length; i++)
        {
            var constant = definition.Signature.Consts[i];
            named.Add(new KernelConst(constant.Name, constant.Macro, consts[i]));
        }

        var request = new KernelImageRequest(definition.Name, definition.Types, named.ToImmutable(), Architecture, variant.CudaKey, variant.CudaText, definition.Assembly) { IsForChecking = Driver.IsChecking };
        var image = _images.Get(request, Policy);
        return new CudaExecutable(this, variant.Plan, Driver.IsChecking && variant.CudaLines is { } lines ? PtxLines.Append(image.Code.Span, lines) : image.Code.Span);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _device.Dispose();
            _owned?.Dispose();
        }
    }

    // Tensors that were forgotten may hold what is missing.
    private ulong AllocateOrCollect(long bytes)
    {
        try
        {
            return Driver.Allocate(bytes);
        }
        catch (CudaException e) when (e.Code == OutOfMemory)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            MakeCurrent();
            return Driver.Allocate(bytes);
        }
    }
}
