using KernelDsl.Compiler.Emission.Bindings;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Kernels.Tests;

/// <summary>The signatures of the library: what a call passes, and how its sizes follow.</summary>
public sealed class SignatureTests
{
    public static TheoryData<string> Kernels => [.. Library.Kernels.Select(pair => pair.Kernel.Name)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_size_follows_from_the_shapes_of_each_example(string name)
    {
        var kernel = Library.Kernel(name);
        var signature = SignatureEmission.Create(kernel);
        Assert.Empty(signature.Extents.Where(extent => extent.IsGiven));
        foreach (var example in Library.Examples(kernel))
        {
            // Counts of what is stored are free; odd numbers tell them apart.
            var free = 101L;
            var expected = signature.Extents.Select(e => (e.Argument, Value: Value(example, e.Name) ?? (free += 2)))
                .Concat(signature.Consts.Select(c => (c.Argument, Value(example, c.Name) ?? c.Default!.Value))).ToDictionary(pair => pair.Argument, pair => pair.Item2, StringComparer.Ordinal);
            var shapes = signature.Arrays.Select(array => array.Axes.Select(axis => Evaluate(axis.Extent, expected, 0)).ToArray()).ToArray();
            var solved = signature.Consts.ToDictionary(c => c.Argument, c => expected[c.Argument], StringComparer.Ordinal);
            foreach (var solve in signature.Solves)
            {
                solved[solve.Argument] = Evaluate(solve.Value, solved, shapes[solve.Array][solve.Axis]);
            }

            Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), solved.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Signature_reads_back_as_it_was_written(string name)
    {
        var text = KernelSignatureWriter.Write(SignatureEmission.Create(Library.Kernel(name)));
        Assert.Equal(text, KernelSignatureWriter.Write(KernelSignatureReader.Read(text)));
    }

    private static long? Value(BoundExample example, string name)
        => example.Values.TryGetValue(name, out var value) || example.Values.TryGetValue(name.Split('.')[0], out value) ? (long)value : null;

    private static long Evaluate(string expression, IReadOnlyDictionary<string, long> values, long size)
        => HostExpression.Parse(expression, [.. values.Keys, "#"]).Evaluate([.. values.Values, size]);
}
