using KernelDsl.Compiler.Tests.Binding;
using KernelDsl.Compiler.Tests.Syntax;

namespace KernelDsl.Compiler.Tests.Diagnostics;

/// <summary>All texts with exactly one mistake.</summary>
internal static class MustFailSpecs
{
    public static ImmutableArray<(string Id, string Marked)> All { get; } =
    [
        .. SyntaxErrorSpecs.All,
        .. NameErrorSpecs.All,
        .. TypeErrorSpecs.All,

        // The one that takes many mistakes; see SyntaxRecoveryTests.
        ("KD1016", "kernel f(x: f32[i: N]) -> y: f32[i] { " + string.Concat(Enumerable.Repeat("y = ; ", 101)) + "}"),
    ];
}
