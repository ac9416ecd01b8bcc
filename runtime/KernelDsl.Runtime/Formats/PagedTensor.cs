namespace KernelDsl.Runtime;

/// <summary>A tensor with a paged axis, such as a key-value cache: position <c>j</c> of row <c>b</c> lies in page <c>Table[b, j / size]</c> at slot <c>j % size</c>.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Pages">The pages: [pages, page size, the other axes without those of the table].</param>
/// <param name="Table">The page of each row and page place. Entries outside the pages make their positions undefined.</param>
/// <param name="Lengths">The number of positions of each row.</param>
public readonly record struct PagedTensor<T>(TensorRef<T> Pages, TensorRef<int> Table, TensorRef<int> Lengths)
    where T : unmanaged;
