using KernelDsl.VirtualGpu.Warpgroup;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>Products of the warpgroup that may still read shared memory.</summary>
internal sealed partial class Warp
{
    private readonly List<(int Group, Instruction At, OperandReads Reads)> _products = [];

    /// <summary>Groups of products that were committed.</summary>
    public int ProductGroups { get; set; }

    public void AddProduct(Instruction at, OperandReads reads)
    {
        _products.Add((ProductGroups, at, reads));
        Block.Sources.Add(reads, reads.Ranges);
    }

    /// <summary>Waits until at most some of the latest groups are under way: the others have read their operands by now, not before.</summary>
    public void WaitProducts(int allowed)
    {
        foreach (var (_, at, reads) in _products.FindAll(product => product.Group < ProductGroups - allowed))
        {
            Block.Sources.Remove(reads);
            reads.Record(this, at);
        }

        _products.RemoveAll(product => product.Group < ProductGroups - allowed);
    }

    private void ResetWarpgroup()
    {
        _products.Clear();
        ProductGroups = 0;
    }
}
