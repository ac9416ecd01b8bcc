using System.Globalization;
using System.Text;
using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu;

/// <summary>
/// A virtual GPU as a CUDA driver, so that <see cref="CudaDevice"/> and all that stands on it run kernels there. Launches end before they return. What a kernel does
/// wrong is thrown as <see cref="VirtualGpuFaultException"/>; what the caller does wrong as <see cref="CudaException"/>.
/// </summary>
public sealed unsafe class VirtualCudaDriver : ICudaDriver, IDisposable
{
    private readonly Dictionary<nint, object> _handles = [];
    private readonly Dictionary<nint, long> _events = [];
    private readonly Lock _gate = new();
    private nint _next = 1;

    /// <summary>Makes a driver with one device.</summary>
    public VirtualCudaDriver(VirtualGpuOptions? options = null) => Gpu = new VirtualGpu(options);

    /// <summary>Makes a driver of a device, which is freed with it.</summary>
    internal VirtualCudaDriver(VirtualGpu gpu) => Gpu = gpu;

    /// <summary>The device.</summary>
    public VirtualGpu Gpu { get; }

    /// <inheritdoc/>
    public Version Version { get; } = new(12, 4);

    /// <inheritdoc/>
    public bool IsChecking => true;

    /// <inheritdoc/>
    public void Name(ulong address, string name)
    {
        if (Gpu.Memory.Find(address) is not null)
        {
            Gpu.Name(address, name);
        }
    }

    /// <inheritdoc/>
    public int DeviceCount => 1;

    /// <inheritdoc/>
    public int GetDevice(int ordinal) => ordinal == 0 ? 0 : throw Error(101, "CUDA_ERROR_INVALID_DEVICE", "The virtual driver has one device, 0.");

    /// <inheritdoc/>
    public string GetName(int device) => $"KernelDsl virtual GPU ({Gpu.Options.Architecture})";

    /// <inheritdoc/>
    public long GetTotalMemory(int device) => Gpu.Options.MemoryBytes;

    /// <inheritdoc/>
    public int GetAttribute(int device, CudaDeviceAttribute attribute)
    {
        var number = int.Parse(new string(Gpu.Options.Architecture.Where(char.IsAsciiDigit).ToArray()), CultureInfo.InvariantCulture);
        return attribute switch
        {
            CudaDeviceAttribute.MaxThreadsPerBlock => 1024,
            CudaDeviceAttribute.MaxGridX => int.MaxValue,
            CudaDeviceAttribute.MaxSharedMemoryPerBlock => 48 * 1024,
            CudaDeviceAttribute.WarpSize => 32,
            CudaDeviceAttribute.ClockRate => 1_000_000,
            CudaDeviceAttribute.MultiprocessorCount => Gpu.Options.MultiprocessorCount,
            CudaDeviceAttribute.ComputeCapabilityMajor => number / 10,
            CudaDeviceAttribute.ComputeCapabilityMinor => number % 10,
            CudaDeviceAttribute.MaxSharedMemoryPerBlockOptIn => LaunchArguments.SharedBytes(Gpu.Options.Architecture),
            _ => throw Error(1, "CUDA_ERROR_INVALID_VALUE", $"The virtual driver does not know the attribute {attribute}."),
        };
    }

    /// <inheritdoc/>
    public nint RetainPrimaryContext(int device) => 1;

    /// <inheritdoc/>
    public void ReleasePrimaryContext(int device)
    {
    }

    /// <inheritdoc/>
    public void SetCurrent(nint context)
    {
    }

    /// <inheritdoc/>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        if (image.Length >= 4 && image[0] == 0x7f && image[1] == (byte)'E')
        {
            throw Error(200, "CUDA_ERROR_INVALID_IMAGE", "The virtual GPU runs PTX; this image is a cubin.");
        }

        try
        {
            return Keep(Gpu.LoadModule(Encoding.UTF8.GetString(image)));
        }
        catch (PtxException e)
        {
            throw Error(218, "CUDA_ERROR_INVALID_PTX", e.Message);
        }
    }

    /// <inheritdoc/>
    public void UnloadModule(nint module)
    {
        Get<VirtualModule>(module).Dispose();
        lock (_gate)
        {
            _handles.Remove(module);
        }
    }

    /// <inheritdoc/>
    public nint GetFunction(nint module, string name)
    {
        try
        {
            return Keep(Get<VirtualModule>(module).GetKernel(name));
        }
        catch (KeyNotFoundException e)
        {
            throw Error(500, "CUDA_ERROR_NOT_FOUND", e.Message);
        }
        catch (PtxException e)
        {
            throw Error(218, "CUDA_ERROR_INVALID_PTX", e.Message);
        }
    }

    /// <inheritdoc/>
    public ulong Allocate(long bytes)
    {
        try
        {
            return Gpu.Allocate(Math.Max(bytes, 1));
        }
        catch (OutOfMemoryException e)
        {
            throw Error(2, "CUDA_ERROR_OUT_OF_MEMORY", e.Message);
        }
    }

    /// <inheritdoc/>
    public void Free(ulong address) => Checked(() => Gpu.Free(address));

    /// <inheritdoc/>
    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source)
    {
        try
        {
            Gpu.CopyToDevice(destination, source);
        }
        catch (ArgumentException e)
        {
            throw Error(1, "CUDA_ERROR_INVALID_VALUE", e.Message);
        }
    }

    /// <inheritdoc/>
    public void CopyToHost(Span<byte> destination, ulong source)
    {
        try
        {
            Gpu.CopyToHost(destination, source);
        }
        catch (ArgumentException e)
        {
            throw Error(1, "CUDA_ERROR_INVALID_VALUE", e.Message);
        }
    }

    /// <inheritdoc/>
    public void Fill(ulong address, int itemBytes, uint value, long count)
    {
        var items = new byte[Math.Min(count, 1 << 16) * itemBytes];
        for (var k = 0; k < items.Length; k++)
        {
            items[k] = (byte)(value >> (8 * (k % itemBytes)));
        }

        for (var done = 0L; done < count * itemBytes; done += items.Length)
        {
            CopyToDevice(address + (ulong)done, items.AsSpan(0, (int)Math.Min(items.Length, (count * itemBytes) - done)));
        }
    }

    /// <inheritdoc/>
    public void Launch(nint function, CudaLaunch sizes, ReadOnlySpan<nint> parameterAddresses)
    {
        var kernel = Get<VirtualKernel>(function);
        var places = kernel.Program.Parameters;
        if (places.Length != parameterAddresses.Length)
        {
            throw Error(1, "CUDA_ERROR_INVALID_VALUE", $"'{kernel.Name}' has {places.Length} parameters, and {parameterAddresses.Length} are given.");
        }

        var bytes = new byte[Math.Max(kernel.Program.ParameterBytes, 1)];
        for (var k = 0; k < places.Length; k++)
        {
            new ReadOnlySpan<byte>((void*)parameterAddresses[k], places[k].Size).CopyTo(bytes.AsSpan(places[k].Offset));
        }

        Checked(() => Gpu.LaunchBytes(kernel, new Dim3(sizes.GridX), new Dim3(sizes.BlockX), (int)sizes.SharedBytes, bytes));
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
    }

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        lock (_gate)
        {
            _events.Add(_next, 0);
            return _next++;
        }
    }

    /// <inheritdoc/>
    public void RecordEvent(nint @event)
    {
        lock (_gate)
        {
            _events[@event] = System.Diagnostics.Stopwatch.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public TimeSpan Elapsed(nint start, nint end)
    {
        lock (_gate)
        {
            return System.Diagnostics.Stopwatch.GetElapsedTime(_events[start], _events[end]);
        }
    }

    /// <inheritdoc/>
    public void DestroyEvent(nint @event)
    {
        lock (_gate)
        {
            _events.Remove(@event);
        }
    }

    /// <summary>Frees the device.</summary>
    public void Dispose() => Gpu.Dispose();

    private nint Keep(object value)
    {
        lock (_gate)
        {
            _handles.Add(_next, value);
            return _next++;
        }
    }

    private T Get<T>(nint handle)
        where T : class
    {
        lock (_gate)
        {
            return _handles.TryGetValue(handle, out var value) && value is T found
                ? found : throw Error(400, "CUDA_ERROR_INVALID_HANDLE", $"{handle} is not the handle of a {typeof(T).Name}.");
        }
    }

    private static void Checked(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException e)
        {
            throw Error(1, "CUDA_ERROR_INVALID_VALUE", e.Message);
        }
    }

    private static CudaException Error(int code, string name, string message) => new(code, name, $"{message} ({name})");
}
