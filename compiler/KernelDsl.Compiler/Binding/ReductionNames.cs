namespace KernelDsl.Compiler.Binding;

/// <summary>The reductions by the names that a spec writes.</summary>
internal static class ReductionNames
{
    private static readonly ImmutableDictionary<string, ReductionKind> s_kinds = new Dictionary<string, ReductionKind>
    {
        ["sum"] = ReductionKind.Sum, ["prod"] = ReductionKind.Product, ["max"] = ReductionKind.Max, ["min"] = ReductionKind.Min, ["mean"] = ReductionKind.Mean,
        ["any"] = ReductionKind.Any, ["all"] = ReductionKind.All, ["argmax"] = ReductionKind.ArgMax, ["argmin"] = ReductionKind.ArgMin,
        ["logsumexp"] = ReductionKind.LogSumExp,
    }.ToImmutableDictionary();

    public static ImmutableArray<string> All { get; } = [.. s_kinds.Keys.OrderBy(name => name, StringComparer.Ordinal), "log_softmax", "softmax", "sort", "topk"];

    public static bool TryFind(string name, out ReductionKind kind) => s_kinds.TryGetValue(name, out kind);

    public static string Of(ReductionKind kind) => s_kinds.First(entry => entry.Value == kind).Key;
}
