using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>The machine's processors and memory.</summary>
internal sealed unsafe class CpuDevice(CpuOptions options) : KernelDevice
{
    private const int Alignment = 64;
    private const long Large = 1L << 28;

    public override string Name => "cpu";

    public override string Architecture => "cpu";

    public override bool IsHostMemory => true;

    internal override bool SharesConsts => true;

    public override void Synchronize()
    {
        // A launch is done when it returns.
    }

    internal override nint AllocateMemory(long bytes)
    {
        var padded = (Math.Max(bytes, 1) + Alignment - 1) / Alignment * Alignment;

        // Linux promises more than there is, and ends the process when it is written.
        if (padded >= Large && padded > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new DeviceMemoryException(Name, bytes);
        }

        try
        {
            var address = NativeMemory.AlignedAlloc(checked((nuint)padded), Alignment);
            NativeMemory.Clear(address, (nuint)padded);
            return (nint)address;
        }
        catch (OutOfMemoryException)
        {
            throw new DeviceMemoryException(Name, bytes);
        }
    }

    internal override void FreeMemory(nint address) => NativeMemory.AlignedFree((void*)address);

    internal override void CopyToDevice(nint address, ReadOnlySpan<byte> source) => source.CopyTo(new Span<byte>((void*)address, source.Length));

    internal override void CopyToHost(Span<byte> destination, nint address) => new ReadOnlySpan<byte>((void*)address, destination.Length).CopyTo(destination);

    internal override void Clear(nint address, long bytes) => NativeMemory.Clear((void*)address, (nuint)bytes);

    internal override KernelExecutable Load(KernelDefinition definition, ReadOnlySpan<long> consts) => new CpuExecutable(definition, options);
}
