namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>All oracle cases, by family.</summary>
internal static class OracleCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        .. Cases.AttentionCases.All,
        .. Cases.RowCases.All,
        .. Cases.ImageCases.All,
        .. Cases.RecurrentCases.All,
        .. Cases.SparseCases.All,
        .. Cases.ModelCases.All,
    ];
}
