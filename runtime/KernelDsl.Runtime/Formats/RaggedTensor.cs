namespace KernelDsl.Runtime;

/// <summary>A tensor with a ragged axis: the groups lie one after the other along it.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Values">The packed values; the ragged axis has the sum of the groups' lengths.</param>
/// <param name="Offsets">[groups + 1], rising from 0 to that sum: group <c>e</c> holds the points from <c>Offsets[e]</c> to before <c>Offsets[e + 1]</c>.</param>
public readonly record struct RaggedTensor<T>(TensorRef<T> Values, TensorRef<int> Offsets)
    where T : unmanaged
{
    /// <summary>Reads the offsets back and checks them, for data from elsewhere.</summary>
    /// <param name="axis">The ragged axis of the values.</param>
    /// <exception cref="KernelArgumentException">KD8025: offsets fall, or do not run from 0 to the packed length.</exception>
    public void Validate(int axis = 0) => StructureCheck.Offsets(Offsets.ToArray(), Values.Shape[axis]);
}
