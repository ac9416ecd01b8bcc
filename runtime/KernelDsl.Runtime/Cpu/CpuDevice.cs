using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>The machine's processors and memory.</summary>
internal sealed unsafe class CpuDevice(CpuOptions options, bool isShared) : KernelDevice
{
    private const int Alignment = 64;

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

    protected override void Dispose(bool disposing)
    {
        // The shared one lives as long as the process, and neither holds anything.
        _ = isShared;
    }
}
