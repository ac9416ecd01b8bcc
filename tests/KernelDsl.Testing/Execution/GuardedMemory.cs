using System.Runtime.InteropServices;
using KernelDsl.Plans;
using KernelDsl.Runtime;

namespace KernelDsl.Testing.Execution;

/// <summary>Memory of a buffer outside the managed heap, padded to words as on a device, with a pattern on both sides that must stay.</summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int GuardSize = 256;
    private const byte Pattern = 0xA5;

    private readonly PlanBuffer _plan;
    private readonly HostBuffer? _host;
    private readonly byte* _start;
    private readonly long _size;

    public GuardedMemory(PlanBuffer plan, long length, HostBuffer? host)
    {
        _plan = plan;
        _host = host;
        var bytes = ((length * plan.Element.Bits()) + 7) / 8;
        _size = (bytes + 3) / 4 * 4;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)(_size + (2 * GuardSize)), 256);

        // Workspace starts with the pattern too: a kernel that reads it before it writes it gives garbage.
        new Span<byte>(_start, checked((int)_size + (2 * GuardSize))).Fill(Pattern);
        host?.Bytes.AsSpan(0, (int)bytes).CopyTo(new Span<byte>(_start + GuardSize, (int)bytes));
    }

    public nint Address => (nint)(_start + GuardSize);

    /// <summary>Copies an output back, and fails when the memory around the buffer was written.</summary>
    public void Finish()
    {
        if (new Span<byte>(_start, GuardSize).ContainsAnyExcept(Pattern) || new Span<byte>(_start + GuardSize + _size, GuardSize).ContainsAnyExcept(Pattern))
        {
            throw new InvalidOperationException($"The kernel wrote outside '{_plan.Name}'.");
        }

        if (_plan.Role == PlanBufferRole.Output && _host is not null)
        {
            new Span<byte>((void*)Address, _host.Bytes.Length).CopyTo(_host.Bytes);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_start);
}
