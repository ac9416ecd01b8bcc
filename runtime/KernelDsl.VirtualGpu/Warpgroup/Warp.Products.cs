namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Products of the warpgroup that may still read shared memory. Each has a number, which is the time of what it reads.</summary>
internal sealed partial class Warp
{
    private readonly List<uint> _lastOfGroup = [];
    private uint _issued;

    /// <summary>A product is issued.</summary>
    /// <returns>Its number.</returns>
    public uint IssueProduct() => ++_issued;

    public void CommitProducts() => _lastOfGroup.Add(_issued);

    /// <summary>Waits until at most some of the latest groups are under way; the others are done for all warps of the warpgroup.</summary>
    public void WaitProducts(int allowed)
    {
        if (_lastOfGroup.Count > allowed)
        {
            Clock.KnowProducts(Index / 4, _lastOfGroup[^(allowed + 1)] + 1);
        }
    }

    private void ResetWarpgroup()
    {
        _lastOfGroup.Clear();
        _issued = 0;
    }
}
