using KernelDsl.Runtime.Cuda;
using KernelDsl.VirtualGpu;

namespace KernelDsl.Kernels.Tests.Mutations;

/// <summary>A result has bytes that no kernel wrote.</summary>
public sealed class UnwrittenResultException() : Exception("A part of a result was not written.");

/// <summary>The virtual GPU, which leaves results and workspace as they are allocated instead of zeroing them, and says so when a result is not written completely.</summary>
/// <param name="inner">The driver.</param>
/// <param name="fills">Whether memory is zeroed where the runtime asks for it.</param>
/// <param name="blocks">The most blocks of a launch.</param>
internal sealed class WatchedDriver(VirtualCudaDriver inner, bool fills, int blocks) : ICudaDriver, IDisposable
{
    /// <summary>The PTX lines that ran, when the device counts.</summary>
    public HashSet<int> Executed { get; } = [];

    public Version Version => inner.Version;

    public int DeviceCount => inner.DeviceCount;

    public int GetDevice(int ordinal) => inner.GetDevice(ordinal);

    public string GetName(int device) => inner.GetName(device);

    public long GetTotalMemory(int device) => inner.GetTotalMemory(device);

    public int GetAttribute(int device, CudaDeviceAttribute attribute) => inner.GetAttribute(device, attribute);

    public nint RetainPrimaryContext(int device) => inner.RetainPrimaryContext(device);

    public void ReleasePrimaryContext(int device) => inner.ReleasePrimaryContext(device);

    public void SetCurrent(nint context) => inner.SetCurrent(context);

    public nint LoadModule(ReadOnlySpan<byte> image) => inner.LoadModule(image);

    public void UnloadModule(nint module) => inner.UnloadModule(module);

    public nint GetFunction(nint module, string name) => inner.GetFunction(module, name);

    public ulong Allocate(long bytes) => inner.Allocate(bytes);

    public void Free(ulong address) => inner.Free(address);

    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source) => inner.CopyToDevice(destination, source);

    public void CopyToHost(Span<byte> destination, ulong source)
    {
        if (!inner.Gpu.IsWritten(source, destination.Length))
        {
            throw new UnwrittenResultException();
        }

        inner.CopyToHost(destination, source);
    }

    public void Fill(ulong address, int itemBytes, uint value, long count)
    {
        if (fills)
        {
            inner.Fill(address, itemBytes, value, count);
        }
    }

    public void Launch(nint function, CudaLaunch sizes, ReadOnlySpan<nint> parameterAddresses)
    {
        inner.Launch(function, sizes with { GridX = Math.Min(sizes.GridX, (uint)blocks) }, parameterAddresses);
        Executed.UnionWith(inner.Gpu.LastProfile?.Counters.Lines.Where(line => line.WarpExecutions > 0).Select(line => line.PtxLine) ?? []);
    }

    public void Synchronize() => inner.Synchronize();

    public nint CreateEvent() => inner.CreateEvent();

    public void RecordEvent(nint @event) => inner.RecordEvent(@event);

    public TimeSpan Elapsed(nint start, nint end) => inner.Elapsed(start, end);

    public void DestroyEvent(nint @event) => inner.DestroyEvent(@event);

    public void Dispose() => inner.Dispose();
}
