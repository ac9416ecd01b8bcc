namespace KernelDsl.Runtime;

/// <summary>A sparse matrix by compressed rows (format <c>csr</c>): row <c>i</c> holds the values from <c>Offsets[i]</c> to before <c>Offsets[i + 1]</c>.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Rows">The number of rows of the matrix.</param>
/// <param name="Columns">The number of columns of the matrix.</param>
/// <param name="Values">The stored values, [stored].</param>
/// <param name="Offsets">[rows + 1], rising from 0 to the number of stored values.</param>
/// <param name="Indices">[stored], the column of each value, rising inside a row.</param>
public readonly record struct CsrTensor<T>(long Rows, long Columns, TensorRef<T> Values, TensorRef<int> Offsets, TensorRef<int> Indices)
    where T : unmanaged
{
    /// <summary>Reads the structure back and checks it, for data from elsewhere; launches do not, because it costs as much as a product.</summary>
    /// <exception cref="KernelArgumentException">KD8025: offsets fall, or an index is outside the matrix or not in rising order.</exception>
    public void Validate() => StructureCheck.Compressed(Rows, Columns, Offsets, Indices);
}
