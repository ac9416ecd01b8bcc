namespace KernelDsl.Runtime;

/// <summary>A matrix that stores n of each m values along its rows (format <c>nm(n, m)</c>).</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Rows">The number of rows of the matrix.</param>
/// <param name="Columns">The number of columns of the matrix.</param>
/// <param name="Values">The stored values, [rows, columns * n / m].</param>
/// <param name="Indices">[rows, columns * n / m]: the place inside the group of m, rising inside a group.</param>
public readonly record struct NmTensor<T>(long Rows, long Columns, TensorRef<T> Values, TensorRef<int> Indices)
    where T : unmanaged;
