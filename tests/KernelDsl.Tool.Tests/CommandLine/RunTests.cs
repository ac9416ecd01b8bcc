using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.CommandLine;

public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Extents_come_from_the_shapes_of_the_inputs()
    {
        var input = Npz("in.npz", ("a", Inputs.Arrays.Floats([1, 2], 1, 2)), ("b", Inputs.Arrays.Floats([2, 1], 10, 100)));
        var output = _folder.File("out.npz");
        var run = Run(Specs.Product, "--input", input, "--output", output);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("M = 1, K = 2, N = 1", run.Output, StringComparison.Ordinal);
        using var file = NpzFile.Open(output);
        Assert.Equal(210, BitConverter.ToSingle(file.Read("o").Data));
    }

    [Fact]
    public void Disagreeing_extents_name_both_arrays_and_sizes()
    {
        var input = Npz("in.npz", ("a", Inputs.Arrays.Floats([1, 2], 1, 2)), ("b", Inputs.Arrays.Floats([3, 1], 1, 2, 3)));
        AssertFails(Run(Specs.Product, "--input", input), "KD8107", "'K' is 2 in axis 'k' of 'a' and 3 in axis 'k' of 'b'");
    }

    [Fact]
    public void Wrong_size_of_a_derived_axis_names_the_expression()
    {
        var input = Npz("in.npz", ("x", Inputs.Arrays.Floats([1, 8], new double[8])), ("scale", Inputs.Arrays.Floats([3], 1, 2, 3)));
        AssertFails(Run(Specs.Scaled, "--input", input), "KD8108", "K / GROUP");
    }

    [Fact]
    public void Wrong_rank_is_an_error()
        => AssertFails(Run(Specs.Product, "--input", Npz("in.npz", ("a", Inputs.Arrays.Floats([2], 1, 2)))), "KD8109", "'a' has 1 axes");

    [Fact]
    public void Wrong_type_is_an_error()
        => AssertFails(Run(Specs.Product, "--input", Npz("in.npz", ("a", Inputs.Arrays.Integers([1, 1], 2)), ("b", Inputs.Arrays.Floats([1, 1], 2)))), "KD8123", "i4");

    [Fact]
    public void Unknown_array_suggests_the_right_one()
        => AssertFails(Run(Specs.Sparse, "--input", Npz("in.npz", ("a.vales", Inputs.Arrays.Floats([1], 2)))), "KD8122", "did you mean 'a.values'?");

    [Fact]
    public void Condition_that_does_not_hold_is_an_error()
        => AssertFails(Run(Specs.Scaled, "--dims", "M=1,K=6"), "KD8115", "K % GROUP == 0");

    [Fact]
    public void Missing_extent_is_named()
        => AssertFails(Run(Specs.Product, "--dims", "M=2,K=3"), "KD8106", "'N'");

    [Fact]
    public void Random_inputs_are_the_same_for_a_seed()
    {
        string[] args = ["--example", "small", "--seed", "5"];
        static string Values(Cli run) => run.Output[run.Output.IndexOf("output", StringComparison.Ordinal)..];
        Assert.Equal(Values(Run(Specs.Product, args)), Values(Run(Specs.Product, args)));
        Assert.NotEqual(Values(Run(Specs.Product, args)), Values(Run(Specs.Product, "--example", "small", "--seed", "6")));
    }

    [Fact]
    public void Unsorted_rows_are_sorted_with_their_values()
    {
        var run = Run(Specs.Sparse, "--input", Sparse([0, 2, 2], [2, 0]), "--output", _folder.File("o.npz"));
        Assert.Equal("", run.Error);
        using var file = NpzFile.Open(_folder.File("o.npz"));

        // Row 0 is 5 * x[2] + 7 * x[0] = 5 * 30 + 7 * 10.
        Assert.Equal(220, BitConverter.ToSingle(file.Read("y").Data));
    }

    [Theory]
    [InlineData(new long[] { 1, 2, 2 }, new long[] { 0, 1 }, "KD8130", "starts at 1")]
    [InlineData(new long[] { 0, 2, 1 }, new long[] { 0, 1 }, "KD8130", "falls from 2 to 1")]
    [InlineData(new long[] { 0, 1, 1 }, new long[] { 0, 1 }, "KD8130", "ends at 1")]
    [InlineData(new long[] { 0, 2, 2 }, new long[] { 0, 3 }, "KD8131", "index 3")]
    [InlineData(new long[] { 0, 2, 2 }, new long[] { -1, 1 }, "KD8131", "index -1")]
    [InlineData(new long[] { 0, 2, 2 }, new long[] { 1, 1 }, "KD8132", "[0, 1]")]
    public void Broken_pattern_is_an_error(long[] offsets, long[] indices, string id, string message)
        => AssertFails(Run(Specs.Sparse, "--input", Sparse(offsets, indices)), id, message);

    [Fact]
    public void Part_of_a_sparse_tensor_is_an_error()
        => AssertFails(Run(Specs.Sparse, "--input", Npz("in.npz", ("a.values", Inputs.Arrays.Floats([2], 1, 2)))), "KD8125", "'a.offsets'");

    [Theory]
    [InlineData("a.nnz=7", "a.nnz = 7")]
    [InlineData("a.nnz=0", "a.nnz = 0")]
    [InlineData("a.nnz=20", "a.nnz = 20")]
    public void Stored_elements_can_be_chosen(string dims, string shown)
    {
        var run = Run(Specs.Sparse, "--dims", "M=4,K=5,N=2," + dims, "--check");
        Assert.Equal("", run.Error);
        Assert.Contains(shown, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_prints_the_errors_and_succeeds()
    {
        var run = Run(Specs.Product, "--example", "small", "--param", "T=f16", "--check");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"check o: max abs error \d\.\de-\d+, max rel error \d\.\de-\d+  ok", run.Output);
    }

    [Fact]
    public void Unwritable_output_is_an_error()
        => AssertFails(Run(Specs.Product, "--example", "small", "--output", _folder.File("no/where.npz")), "KD7003", "where.npz");

    [Theory]
    [InlineData("T=f32")]
    [InlineData("T=f16")]
    public void Cpu_agrees_with_the_reference(string type)
    {
        var run = Cli.Run("run", _folder.Write("spec.kdsl", Specs.Product), "--example", "small", "--param", type, "--device", "cpu", "--check");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
    }

    private static void AssertFails(Cli run, string id, string message)
    {
        run.WithoutTrace();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(id, run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private Cli Run(string spec, params string[] args) => Cli.Run(["run", _folder.Write("spec.kdsl", spec), "--device", "reference", .. args]);

    private string Sparse(long[] offsets, long[] indices) => Npz(
        "sparse.npz", ("a.values", Inputs.Arrays.Floats([2], 5, 7)), ("a.offsets", Inputs.Arrays.Integers([3], offsets)),
        ("a.indices", Inputs.Arrays.Integers([2], indices)), ("x", Inputs.Arrays.Floats([3, 1], 10, 20, 30)));

    private string Npz(string name, params (string Key, NpyArray Array)[] arrays)
    {
        NpzWriter.Write(_folder.File(name), arrays.Select(array => KeyValuePair.Create(array.Key, array.Array)));
        return _folder.File(name);
    }
}
