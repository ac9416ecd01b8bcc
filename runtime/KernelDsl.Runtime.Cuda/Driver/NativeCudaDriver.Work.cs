using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cuda;

/// <content>Modules, memory, launches and events.</content>
public sealed unsafe partial class NativeCudaDriver
{
    // CUjit_option
    private const int InfoLogBuffer = 3;
    private const int InfoLogBufferSize = 4;
    private const int ErrorLogBuffer = 5;
    private const int ErrorLogBufferSize = 6;
    private const int LogBytes = 16 * 1024;

    /// <inheritdoc/>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        var terminated = new byte[image.Length + 1];
        image.CopyTo(terminated);
        var info = new byte[LogBytes];
        var errors = new byte[LogBytes];
        nint module = 0;
        fixed (byte* imageAddress = terminated, infoAddress = info, errorAddress = errors)
        {
            var options = stackalloc int[] { InfoLogBuffer, InfoLogBufferSize, ErrorLogBuffer, ErrorLogBufferSize };
            var values = stackalloc nint[] { (nint)infoAddress, LogBytes, (nint)errorAddress, LogBytes };
            var code = _cuda.ModuleLoadDataEx(&module, imageAddress, 4, options, values);
            errors[^1] = 0;
            Check(code, "loading the kernel", Marshal.PtrToStringUTF8((nint)errorAddress) ?? "");
        }

        return module;
    }

    /// <inheritdoc/>
    public void UnloadModule(nint module) => Check(_cuda.ModuleUnload(module), "unloading a kernel");

    /// <inheritdoc/>
    public nint GetFunction(nint module, string name)
    {
        nint function;
        fixed (byte* address = ZeroTerminated(name))
        {
            Check(_cuda.ModuleGetFunction(&function, module, address), $"finding the function {name}");
        }

        return function;
    }

    /// <inheritdoc/>
    public ulong Allocate(long bytes)
    {
        ulong address;
        Check(_cuda.MemAlloc(&address, (nuint)Math.Max(bytes, 1)), $"allocating {bytes} bytes");
        return address;
    }

    /// <inheritdoc/>
    public void Free(ulong address) => Check(_cuda.MemFree(address), "freeing memory");

    /// <inheritdoc/>
    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source)
    {
        fixed (byte* address = source)
        {
            if (!source.IsEmpty)
            {
                Check(_cuda.MemcpyHtoD(destination, address, (nuint)source.Length), "copying to the device");
            }
        }
    }

    /// <inheritdoc/>
    public void CopyToHost(Span<byte> destination, ulong source)
    {
        fixed (byte* address = destination)
        {
            if (!destination.IsEmpty)
            {
                Check(_cuda.MemcpyDtoH(address, source, (nuint)destination.Length), "copying from the device");
            }
        }
    }

    /// <inheritdoc/>
    public void Fill(ulong address, int itemBytes, uint value, long count)
    {
        if (count == 0)
        {
            return;
        }

        var code = itemBytes switch
        {
            1 => _cuda.MemsetD8(address, (byte)value, (nuint)count),
            2 => _cuda.MemsetD16(address, (ushort)value, (nuint)count),
            4 => _cuda.MemsetD32(address, value, (nuint)count),
            _ => throw new ArgumentOutOfRangeException(nameof(itemBytes)),
        };
        Check(code, "filling memory");
    }

    /// <inheritdoc/>
    public void Launch(nint function, CudaLaunch sizes, ReadOnlySpan<nint> parameterAddresses)
    {
        fixed (nint* parameters = parameterAddresses)
        {
            Check(_cuda.LaunchKernel(function, sizes.GridX, 1, 1, sizes.BlockX, 1, 1, sizes.SharedBytes, 0, (void**)parameters, null), "launching a kernel");
        }
    }

    /// <inheritdoc/>
    public void Synchronize() => Check(_cuda.CtxSynchronize(), "running a kernel");

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        nint handle;
        Check(_cuda.EventCreate(&handle, 0), "making an event");
        return handle;
    }

    /// <inheritdoc/>
    public void RecordEvent(nint @event) => Check(_cuda.EventRecord(@event, 0), "recording an event");

    /// <inheritdoc/>
    public TimeSpan Elapsed(nint start, nint end)
    {
        Check(_cuda.EventSynchronize(end), "running a kernel");
        float milliseconds;
        Check(_cuda.EventElapsedTime(&milliseconds, start, end), "reading the time");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <inheritdoc/>
    public void DestroyEvent(nint @event) => Check(_cuda.EventDestroy(@event), "destroying an event");
}
