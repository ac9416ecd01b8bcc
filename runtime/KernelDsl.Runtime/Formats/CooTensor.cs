namespace KernelDsl.Runtime;

/// <summary>A sparse matrix by coordinates (format <c>coo</c>), sorted by row and column.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Rows">The number of rows of the matrix.</param>
/// <param name="Columns">The number of columns of the matrix.</param>
/// <param name="Values">The stored values, [stored].</param>
/// <param name="Indices">[2, stored]: the rows, then the columns.</param>
public readonly record struct CooTensor<T>(long Rows, long Columns, TensorRef<T> Values, TensorRef<int> Indices)
    where T : unmanaged
{
    /// <summary>Reads the structure back and checks it, for data from elsewhere; launches do not, because it costs as much as a product.</summary>
    /// <exception cref="KernelArgumentException">KD8025: offsets fall, or an index is outside the matrix or not in rising order.</exception>
    public void Validate() => StructureCheck.Coordinates(Rows, Columns, Indices);
}
