using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.CommandLine;

/// <summary>A command line for every diagnostic of the tool that no other test has.</summary>
public sealed class DiagnosticReachTests : IDisposable
{
    private const string Several = "kernel a(x: f32[i: N], s: int) -> y: f32[i] { y = s * x; }\nkernel b<const K>(x: i8[i: N]) -> y: f32[i] { y = K * x; }";
    private const string Paged = "kernel f(k: f32[b: B, j: paged(table[b, page: P], len[b], 4)]) -> y: f32[b] { y = sum[j](k); }";

    /// <summary>What takes a failing driver, a machine without memory, or a mistake of the compiler; nothing a test can bring about everywhere.</summary>
    private static readonly string[] s_outsideTests = ["KD5001", "KD5002", "KD5005", "KD8142", "KD8143"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("KD7001", "check", "/no/such/file.kdsl")]
    [InlineData("KD7004", "check", "{folder}/empty")]
    [InlineData("KD7005", "explain", "KD9999")]
    [InlineData("KD7006", "emit", "{product}", "--target", "wasm")]
    [InlineData("KD8101", "run", "{product}", "--kernel", "produkt")]
    [InlineData("KD8102", "run", "{several}")]
    [InlineData("KD8103", "run", "{product}", "--example", "smal")]
    [InlineData("KD8104", "run", "{product}", "--dims", "M")]
    [InlineData("KD8105", "run", "{product}", "--dims", "Q=1")]
    [InlineData("KD8110", "run", "{product}", "--dims", "M=x")]
    [InlineData("KD8111", "run", "{product}", "--dims", "M=0,K=1,N=1")]
    [InlineData("KD8112", "run", "{several}", "--kernel", "b", "--dims", "N=1")]
    [InlineData("KD8113", "run", "{product}", "--param", "T=f64")]
    [InlineData("KD8114", "run", "{several}", "--kernel", "a", "--dims", "N=1")]
    [InlineData("KD8140", "run", "{product}", "--example", "huge")]
    [InlineData("KD8141", "run", "{product}", "--example", "small", "--device", "tpu")]
    public void Command_line_is_answered_with_its_diagnostic(string id, params string[] args)
    {
        Directory.CreateDirectory(_folder.File("empty"));
        var run = Cli.Run([.. args.Select(Fill)]).WithoutTrace();
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"error {id}:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_that_the_element_cannot_hold_is_KD8124()
        => Fails("KD8124", Several, ["--kernel", "b", "--param", "K=2"], ("x", Inputs.Arrays.Integers([1], 300)));

    [Fact]
    public void Page_outside_the_pool_is_KD8133()
        => Fails("KD8133", Paged, ["--dims", "B=1,P=1", "--seed", "1"], ("len", Inputs.Arrays.Integers([1], 9)));

    [Fact]
    public void Broken_array_is_KD8121()
    {
        var path = _folder.File("in.npz");
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("a.npy").Open();
            entry.Write("nonsense"u8);
        }

        Assert.Contains("error KD8121:", Cli.Run("run", Fill("{product}"), "--input", path).WithoutTrace().Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_is_no_architecture_is_KD5004()
    {
        Skip.IfNot(NvrtcCompiler.TryLoad(out _, out var probe), probe.Describe());
        Assert.Contains("error KD5004:", Cli.Run("emit", Fill("{product}"), "--target", "ptx", "--arch", "hopper").WithoutTrace().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_test_can_bring_about_is_in_the_catalogue() => Assert.All(s_outsideTests, id => Assert.Contains(DiagnosticCatalogue.All, d => d.Id == id));

    private string Fill(string arg) => arg switch
    {
        "{product}" => _folder.Write("product.kdsl", Specs.Product),
        "{several}" => _folder.Write("several.kdsl", Several),
        _ => arg.Replace("{folder}", _folder.Path, StringComparison.Ordinal),
    };

    private void Fails(string id, string spec, string[] args, params (string Key, NpyArray Array)[] arrays)
    {
        var input = _folder.File("in.npz");
        NpzWriter.Write(input, arrays.Select(a => new KeyValuePair<string, NpyArray>(a.Key, a.Array)));
        var run = Cli.Run(["run", _folder.Write("spec.kdsl", spec), "--input", input, .. args]).WithoutTrace();
        Assert.Contains($"error {id}:", run.Error, StringComparison.Ordinal);
    }
}
