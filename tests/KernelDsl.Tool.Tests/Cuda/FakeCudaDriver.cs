using System.Runtime.InteropServices;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Cuda;

/// <summary>A driver whose device memory is host memory and whose kernels are delegates.</summary>
internal sealed unsafe class FakeCudaDriver : ICudaDriver
{
    private readonly Dictionary<ulong, int> _memory = [];

    public Dictionary<string, Action<CudaLaunch, ulong[]>> Kernels { get; } = [];

    public int Allocations => _memory.Count;

    public int Devices { get; init; } = 1;

    public Version Version => new(12, 4);

    public int DeviceCount => Devices;

    public int GetDevice(int ordinal) => ordinal;

    public string GetName(int device) => "fake";

    public long GetTotalMemory(int device) => 1 << 20;

    public int GetAttribute(int device, CudaDeviceAttribute attribute) => attribute switch
    {
        CudaDeviceAttribute.ComputeCapabilityMajor => 8,
        CudaDeviceAttribute.MultiprocessorCount => 2,
        _ => 0,
    };

    public nint RetainPrimaryContext(int device) => 1;

    public void ReleasePrimaryContext(int device)
    {
    }

    public void SetCurrent(nint context)
    {
    }

    public nint LoadModule(ReadOnlySpan<byte> image) => 1;

    public void UnloadModule(nint module)
    {
    }

    public nint GetFunction(nint module, string name) => 1 + Kernels.Keys.ToList().IndexOf(name);

    public ulong Allocate(long bytes)
    {
        var address = (ulong)NativeMemory.Alloc((nuint)Math.Max(bytes, 1));
        _memory[address] = (int)bytes;
        return address;
    }

    public void Free(ulong address)
    {
        Assert.True(_memory.Remove(address));
        NativeMemory.Free((void*)address);
    }

    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source) => source.CopyTo(Bytes(destination));

    public void CopyToHost(Span<byte> destination, ulong source) => Bytes(source)[..destination.Length].CopyTo(destination);

    public void Fill(ulong address, int itemBytes, uint value, long count) => Bytes(address).Fill((byte)value);

    public void Launch(nint function, CudaLaunch sizes, ReadOnlySpan<nint> parameterAddresses)
    {
        var values = new ulong[parameterAddresses.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = *(ulong*)parameterAddresses[i];
        }

        Kernels.Values.ElementAt((int)function - 1)(sizes, values);
    }

    public void Synchronize()
    {
    }

    public nint CreateEvent() => 1;

    public void RecordEvent(nint @event)
    {
    }

    public TimeSpan Elapsed(nint start, nint end) => TimeSpan.FromMilliseconds(1);

    public void DestroyEvent(nint @event)
    {
    }

    private Span<byte> Bytes(ulong address) => new((void*)address, _memory[address]);
}
