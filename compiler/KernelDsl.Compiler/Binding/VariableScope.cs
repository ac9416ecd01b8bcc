namespace KernelDsl.Compiler.Binding;

/// <summary>
/// The index variables that an expression may use, the innermost last. While the axes of a let are inferred, an axis that is not in scope becomes a
/// variable of the let.
/// </summary>
internal sealed class VariableScope
{
    private readonly List<IndexVariable> _variables = [];

    /// <summary>Whether unknown axes become variables, and those that did, in order.</summary>
    public bool IsInferring { get; init; }

    public List<IndexVariable> Inferred { get; } = [];

    public IReadOnlyList<IndexVariable> Variables => _variables;

    /// <summary>The variable of an axis, the innermost where several are.</summary>
    public IndexVariable? Find(Axis axis) => Inferred.Concat(_variables).LastOrDefault(variable => variable.Axis == axis);

    /// <summary>The outermost ragged variable whose groups are this axis.</summary>
    public IndexVariable? FindRagged(Axis group) => Inferred.Concat(_variables).FirstOrDefault(variable => variable.Axis.Ragged?.Group == group);

    public void Push(IndexVariable variable) => _variables.Add(variable);

    public void Pop(int count) => _variables.RemoveRange(_variables.Count - count, count);
}
