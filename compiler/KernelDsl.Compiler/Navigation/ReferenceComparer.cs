using System.Runtime.CompilerServices;

namespace KernelDsl.Compiler.Navigation;

/// <summary>Nodes are records, which compare by content; as keys they are told apart by identity, which also costs nothing.</summary>
internal sealed class ReferenceComparer<T> : IEqualityComparer<T>
    where T : class
{
    public static ReferenceComparer<T> Instance { get; } = new();

    public bool Equals(T? x, T? y) => ReferenceEquals(x, y);

    public int GetHashCode(T value) => RuntimeHelpers.GetHashCode(value);
}
