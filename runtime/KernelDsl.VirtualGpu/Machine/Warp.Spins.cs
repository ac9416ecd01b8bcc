namespace KernelDsl.VirtualGpu.Machine;

/// <summary>A warp that looks at the same global memory again and again, and finds the same, gives others its turn: another block may have to write it.</summary>
internal sealed partial class Warp
{
    private const int MaximumLooks = 32;

    private ulong _seenAt;
    private ulong _seen;
    private int _looks;
    private bool _yields;
    private bool _isSpinning;

    /// <summary>A strong read or atomic of global memory found a value.</summary>
    public void Look(ulong address, ulong value)
    {
        Block.Cluster.Looks++;
        if (address != _seenAt || value != _seen)
        {
            (_seenAt, _seen, _looks) = (address, value, 0);
        }
        else if (++_looks >= MaximumLooks)
        {
            _looks = 0;
            _yields = _isSpinning = true;
        }
    }

    public void Sleep(uint nanoseconds)
    {
        Slept += nanoseconds;
        _yields = true;
    }

    /// <summary>Whether it gave its turn to others because it only looks; forgets that.</summary>
    public bool TakeSpin()
    {
        var isSpinning = _isSpinning;
        _yields = _isSpinning = false;
        return isSpinning;
    }
}
