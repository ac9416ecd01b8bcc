namespace KernelDsl.Runtime;

/// <summary>A sparse matrix of dense blocks by compressed block rows (format <c>bsr(r, c)</c>).</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Rows">The number of rows of the matrix.</param>
/// <param name="Columns">The number of columns of the matrix.</param>
/// <param name="Values">The stored values, [blocks, r, c].</param>
/// <param name="Offsets">[rows / r + 1], rising from 0 to the number of blocks.</param>
/// <param name="Indices">[blocks], the block column of each block, rising inside a block row.</param>
public readonly record struct BsrTensor<T>(long Rows, long Columns, TensorRef<T> Values, TensorRef<int> Offsets, TensorRef<int> Indices)
    where T : unmanaged
{
    /// <summary>Reads the structure back and checks it, for data from elsewhere; launches do not, because it costs as much as a product.</summary>
    /// <exception cref="KernelArgumentException">KD8025: offsets fall, or an index is outside the matrix or not in rising order.</exception>
    public void Validate() => StructureCheck.Blocks(Rows, Columns, Values.Shape, Offsets, Indices);
}
