using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.CommandLine;

/// <summary>Files as other frameworks write them, and the mistakes that are made with them.</summary>
public sealed class ForeignInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Absent_input_of_a_file_is_an_error()
    {
        var input = Npz(("a", Inputs.Arrays.Floats([1, 2], 1, 2)));
        AssertFails(Run(Specs.Product, "--input", input, "--dims", "N=1"), "KD8126", "has no array 'b'", "it has a", "--seed");
    }

    [Fact]
    public void Absent_input_is_made_when_a_seed_asks_for_it()
    {
        var run = Run(Specs.Product, "--input", Npz(("a", Inputs.Arrays.Floats([1, 2], 1, 2))), "--dims", "N=1", "--seed", "1");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Sparse_arrays_may_have_the_names_of_scipy()
    {
        var output = _folder.File("out.npz");
        var run = Run(
            Specs.Sparse, "--output", output, "--input",
            Npz(
                ("a.data", Inputs.Arrays.Floats([2], 5, 7)), ("a.indptr", Inputs.Arrays.Integers([3], 0, 2, 2)), ("a.indices", Inputs.Arrays.Integers([2], 0, 2)),
                ("a.shape", Inputs.Arrays.Integers([2], 2, 3)), ("x", Inputs.Arrays.Floats([3, 1], 10, 20, 30))));
        Assert.Equal("", run.Error);

        // Row 0 is 5 * x[0] + 7 * x[2].
        using var file = NpzFile.Open(output);
        Assert.Equal(260, BitConverter.ToSingle(file.Read("y").Data));
    }

    [Fact]
    public void Unknown_size_of_a_sparse_tensor_names_its_shape()
    {
        const string spec = "kernel rows(a: f32[i: M, k: K] coo) -> y: f32[i] { y = sum[k](a); }";
        var input = Npz(("a.values", Inputs.Arrays.Floats([1], 5)), ("a.indices", Inputs.Arrays.Integers([2, 1], 0, 2)));
        AssertFails(Run(spec, "--input", input), "KD8106", "such as 'a.shape'");
    }

    [Fact]
    public void Size_that_is_a_number_is_said_to_be_one()
    {
        const string spec = "kernel rows(a: f32[i: M, k: 4]) -> y: f32[i] { y = sum[k](a); }";
        AssertFails(Run(spec, "--input", Npz(("a", Inputs.Arrays.Floats([1, 3], 1, 2, 3)))), "KD8108", "Axis 'k' of 'a' has size 3, but it must be 4.");
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("hello, world", "it is not a zip file")]
    [InlineData("PK\u0003\u0004 and no more", "cut off or broken")]
    public void What_is_no_archive_is_said_in_plain_words(string content, string message)
    {
        var path = _folder.File("in.npz");
        File.WriteAllText(path, content);
        AssertFails(Run(Specs.Product, "--input", path), "KD8120", message);
    }

    [Fact]
    public void Single_array_is_not_an_archive()
    {
        var path = _folder.File("in.npz");
        File.WriteAllBytes(path, NpyHeader.Write(NpyType.F4, [0]));
        AssertFails(Run(Specs.Product, "--input", path), "KD8120", "numpy.savez");
    }

    [Fact]
    public void Folder_as_input_is_an_error()
        => AssertFails(Run(Specs.Product, "--input", Path.GetDirectoryName(_folder.File("x"))!), "KD7002", "it is a folder");

    [Fact]
    public void Text_is_not_taken_for_bytes()
    {
        Assert.False(NpyTypes.TryParse("U1", out _));
        Assert.True(NpyTypes.TryParse("u1", out var type));
        Assert.Equal(NpyType.U1, type);
    }

    [Theory]
    [InlineData("no/where.npz", "does not exist")]
    [InlineData("spec.kdsl/x.npz", "is not a folder")]
    public void Unwritable_output_names_the_folder(string name, string message)
    {
        var run = Run(Specs.Product, "--example", "small", "--output", _folder.File(name));
        AssertFails(run, "KD7003", message);
        Assert.DoesNotContain(".tmp", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_output_name_is_an_error()
        => AssertFails(Run(Specs.Product, "--example", "small", "--output", ""), "KD7003", "the name is empty");

    [Fact]
    public void Output_name_may_be_as_long_as_names_can_be()
    {
        var path = _folder.File(new string('x', 251) + ".npz");
        Assert.Equal(0, Run(Specs.Product, "--example", "small", "--output", path).ExitCode);
        Assert.True(File.Exists(path));
    }

    private static void AssertFails(Cli run, string id, params string[] messages)
    {
        run.WithoutTrace();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(id, run.Error, StringComparison.Ordinal);
        Assert.All(messages, message => Assert.Contains(message, run.Error, StringComparison.Ordinal));
    }

    private Cli Run(string spec, params string[] args) => Cli.Run(["run", _folder.Write("spec.kdsl", spec), "--device", "reference", .. args]);

    private string Npz(params (string Key, NpyArray Array)[] arrays)
    {
        NpzWriter.Write(_folder.File("in.npz"), arrays.Select(array => KeyValuePair.Create(array.Key, array.Array)));
        return _folder.File("in.npz");
    }
}
