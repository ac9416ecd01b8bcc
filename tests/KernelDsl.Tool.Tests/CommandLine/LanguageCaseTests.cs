using System.Globalization;
using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.CommandLine;

/// <summary>Spellings that a reader of the language page would try, from text to numbers on both devices.</summary>
public sealed class LanguageCaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Letters_of_any_script_become_ascii_in_emitted_code()
    {
        const string spec = "kernel σύνολο(x: f32[η: N]) -> α: f32[η] { let β[η] = x * 2; α = β + 1; }";
        var run = Cli.Run("emit", _folder.Write("spec.kdsl", spec), "--target", "cuda", "--output", _folder.File("out.cu"));
        Assert.Equal("", run.Error);
        Assert.All(File.ReadAllText(_folder.File("out.cu")), character => Assert.True(char.IsAscii(character), $"'{character}'"));
    }

    /// <summary>Each expected value is the formula of the kernel worked out by hand for x = 1, 2, 4, 8.</summary>
    [Theory]
    [InlineData("rotary halves", "kernel k(x: f32[d: D]) -> y: f32[d] where D % 2 == 0 { let c[f: D / 2] = f + 1; y = x * c[f: d % (D / 2)]; }", "1 4 4 16")]
    [InlineData("clamped border", "kernel k(x: f32[i: N]) -> y: f32[i] { let w[i, r: 3] = x[i: clamp(i + r - 1, 0, N - 1)]; y = max[r](w) - min[r](w); }", "1 3 6 4")]
    [InlineData("clamped by min and max", "kernel k(x: f32[i: N]) -> y: f32[i] { y = x[i: min(max(i - 2, 0), N - 1)]; }", "1 1 1 2")]
    [InlineData("shuffle", "kernel k<const R = 2>(x: f32[i: N]) -> y: f32[g: N / R, r: R] where N % R == 0, R >= 1 { y = x[i: g * R + (r + 1) % R]; }", "2 1 8 4")]
    [InlineData("joined", "kernel k(x: f32[i: N]) -> y: f32[p: N + N] { y = x[i: p] else -x[i: p - N]; }", "1 2 4 8 -1 -2 -4 -8")]
    [InlineData("lets read above their lines", "kernel k(x: f32[i: N]) -> y: f32[i] { y = p; let p = q + 1; let q = x * 2; }", "3 5 9 17")]
    [InlineData("rolled", "kernel k(x: f32[i: N]) -> y: f32[i] { y = x[i: (i + 3) % N]; }", "8 1 2 4")]
    public void Both_devices_give_the_numbers(string name, string spec, string expected)
    {
        var input = _folder.File("in.npz");
        NpzWriter.Write(input, [KeyValuePair.Create("x", Inputs.Arrays.Floats([4], 1, 2, 4, 8))]);
        foreach (var device in (string[])["reference", "cpu"])
        {
            var output = _folder.File(device + ".npz");
            var run = Cli.Run("run", _folder.Write("spec.kdsl", spec), "--device", device, "--input", input, "--output", output);
            Assert.True(run.ExitCode == 0, name + ": " + run.Error);
            using var file = NpzFile.Open(output);
            var data = file.Read("y").Data;
            var values = Enumerable.Range(0, data.Length / 4).Select(i => BitConverter.ToSingle(data, i * 4).ToString(CultureInfo.InvariantCulture));
            Assert.Equal(expected, string.Join(" ", values));
        }
    }
}
