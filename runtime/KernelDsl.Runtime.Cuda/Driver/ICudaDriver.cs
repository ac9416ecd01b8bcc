namespace KernelDsl.Runtime.Cuda;

/// <summary>Attributes of a device; the numbers are those of <c>CUdevice_attribute</c>.</summary>
public enum CudaDeviceAttribute
{
    /// <summary>The most threads in one block.</summary>
    MaxThreadsPerBlock = 1,

    /// <summary>The most blocks along x.</summary>
    MaxGridX = 5,

    /// <summary>Shared memory per block without opting in, in bytes.</summary>
    MaxSharedMemoryPerBlock = 8,

    /// <summary>Threads in a warp.</summary>
    WarpSize = 10,

    /// <summary>The clock in kHz.</summary>
    ClockRate = 13,

    /// <summary>Streaming multiprocessors.</summary>
    MultiprocessorCount = 16,

    /// <summary>The first part of the compute capability.</summary>
    ComputeCapabilityMajor = 75,

    /// <summary>The second part of the compute capability.</summary>
    ComputeCapabilityMinor = 76,

    /// <summary>Shared memory per block when a kernel opts in, in bytes.</summary>
    MaxSharedMemoryPerBlockOptIn = 97,
}

/// <summary>Sizes of a launch.</summary>
/// <param name="GridX">Blocks along x; the kernels here use one dimension.</param>
/// <param name="BlockX">Threads of a block.</param>
/// <param name="SharedBytes">Dynamic shared memory.</param>
public readonly record struct CudaLaunch(uint GridX, uint BlockX, uint SharedBytes = 0);

/// <summary>
/// What the runtime needs of the CUDA driver API, so that another binding (ManagedCuda, a fake in a test) can stand in. Handles are opaque.
/// Every method throws <see cref="CudaException"/> when the driver reports an error.
/// </summary>
public interface ICudaDriver
{
    /// <summary>The CUDA version that the driver supports, such as 12.4.</summary>
    Version Version { get; }

    /// <summary>
    /// Whether it checks what kernels do, as a virtual GPU: then images are PTX with line information and a <see cref="Plans.SpecLineMap"/> in the last comment, never machine
    /// code, and it is told the names of tensors (<see cref="Name"/>).
    /// </summary>
    bool IsChecking => false;

    /// <summary>Says what lies at an address, for messages. Drivers that have no use for it do nothing.</summary>
    /// <param name="address">An address inside of an allocation.</param>
    /// <param name="name">Such as that of a tensor.</param>
    void Name(ulong address, string name)
    {
    }

    /// <summary>The number of devices.</summary>
    int DeviceCount { get; }

    /// <summary>The handle of a device.</summary>
    int GetDevice(int ordinal);

    /// <summary>The name of a device.</summary>
    string GetName(int device);

    /// <summary>The memory of a device in bytes.</summary>
    long GetTotalMemory(int device);

    /// <summary>One attribute of a device.</summary>
    int GetAttribute(int device, CudaDeviceAttribute attribute);

    /// <summary>Takes a share of the device's primary context.</summary>
    nint RetainPrimaryContext(int device);

    /// <summary>Gives the share back.</summary>
    void ReleasePrimaryContext(int device);

    /// <summary>Makes a context current on this thread.</summary>
    void SetCurrent(nint context);

    /// <summary>Loads PTX (with a closing zero, which is added when absent) or a cubin.</summary>
    /// <exception cref="CudaException">The image does not load; the exception has the log of the driver's compiler.</exception>
    nint LoadModule(ReadOnlySpan<byte> image);

    /// <summary>Unloads a module.</summary>
    void UnloadModule(nint module);

    /// <summary>A function of a module.</summary>
    nint GetFunction(nint module, string name);

    /// <summary>Allocates device memory; at least one byte.</summary>
    ulong Allocate(long bytes);

    /// <summary>Frees device memory.</summary>
    void Free(ulong address);

    /// <summary>Copies to the device and waits.</summary>
    void CopyToDevice(ulong destination, ReadOnlySpan<byte> source);

    /// <summary>Copies from the device and waits.</summary>
    void CopyToHost(Span<byte> destination, ulong source);

    /// <summary>Sets <paramref name="count"/> items of 1, 2 or 4 bytes, in the order of the default stream.</summary>
    void Fill(ulong address, int itemBytes, uint value, long count);

    /// <summary>Starts a kernel on the default stream. Each parameter is the address of its value.</summary>
    void Launch(nint function, CudaLaunch sizes, ReadOnlySpan<nint> parameterAddresses);

    /// <summary>Waits for all work of the current context.</summary>
    void Synchronize();

    /// <summary>Makes an event that takes the time.</summary>
    nint CreateEvent();

    /// <summary>Records the event on the default stream.</summary>
    void RecordEvent(nint @event);

    /// <summary>The time between two recorded events; waits for the second.</summary>
    TimeSpan Elapsed(nint start, nint end);

    /// <summary>Destroys an event.</summary>
    void DestroyEvent(nint @event);
}
