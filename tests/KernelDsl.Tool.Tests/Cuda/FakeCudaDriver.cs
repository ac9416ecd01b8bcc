using System.Runtime.InteropServices;
using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Cuda;

/// <summary>A driver whose device memory is host memory and whose kernels are delegates. It refuses what the real one could crash at.</summary>
internal sealed unsafe class FakeCudaDriver : ICudaDriver
{
    private readonly SortedList<ulong, int> _memory = [];
    private readonly List<string> _images = [];
    private readonly HashSet<nint> _modules = [];
    private bool _isReleased;

    public Dictionary<string, Action<CudaLaunch, ulong[]>> Kernels { get; } = [];

    public int Allocations => _memory.Count;

    /// <summary>Bytes that can be allocated at once.</summary>
    public long Memory { get; set; } = 1 << 20;

    /// <summary>What <see cref="Fill"/> fails with.</summary>
    public CudaException? FillFailure { get; set; }

    /// <summary>The images that were loaded, as text.</summary>
    public IReadOnlyList<string> Images => _images;

    public int LiveModules => _modules.Count;

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

    public void ReleasePrimaryContext(int device) => _isReleased = true;

    public void SetCurrent(nint context) => Assert.False(_isReleased, "The context was released.");

    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        _images.Add(System.Text.Encoding.UTF8.GetString(image));
        _modules.Add(_images.Count);
        return _images.Count;
    }

    public void UnloadModule(nint module) => Assert.True(_modules.Remove(module));

    public nint GetFunction(nint module, string name)
        => Kernels.ContainsKey(name) ? 1 + Kernels.Keys.ToList().IndexOf(name) : throw new CudaException(500, "CUDA_ERROR_NOT_FOUND", $"there is no '{name}'");

    public ulong Allocate(long bytes)
    {
        lock (_memory)
        {
            if (bytes + _memory.Values.Sum() > Memory)
            {
                throw new CudaException(2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");
            }

            var address = (ulong)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 256);
            _memory[address] = (int)bytes;
            return address;
        }
    }

    public void Free(ulong address)
    {
        lock (_memory)
        {
            Assert.True(_memory.Remove(address));
            NativeMemory.AlignedFree((void*)address);
        }
    }

    public void CopyToDevice(ulong destination, ReadOnlySpan<byte> source) => source.CopyTo(Bytes(destination, source.Length));

    public void CopyToHost(Span<byte> destination, ulong source) => Bytes(source, destination.Length).CopyTo(destination);

    public void Fill(ulong address, int itemBytes, uint value, long count)
    {
        if (FillFailure is { } failure)
        {
            throw failure;
        }

        Bytes(address, (int)count * itemBytes).Fill((byte)value);
    }

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

    // The part of an allocation.
    private Span<byte> Bytes(ulong address, int bytes)
    {
        lock (_memory)
        {
            var (start, length) = _memory.Last(pair => pair.Key <= address);
            Assert.InRange(bytes, 0, (long)(start + (ulong)length - address));
        }

        return new Span<byte>((void*)address, bytes);
    }
}
