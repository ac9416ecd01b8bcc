using KernelDsl.Testing.CudaPrograms;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Tests.Malformed;

/// <summary>Text that is not quite PTX: it is refused with its line, or means something; nothing else may happen before a kernel runs.</summary>
public sealed class MalformedPtxTests
{
    public static TheoryData<string> Programs => [.. CudaProgramLibrary.All.Select(program => program.Name).Distinct()];

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void Damaged_text_is_refused_with_a_line_or_decoded(string name)
    {
        var lines = Cuda.Ptx(CudaProgramLibrary.Find(name).Text).Split('\n');
        var random = new Random(name.Length);
        for (var trial = 0; trial < 300; trial++)
        {
            var text = string.Join('\n', Damage(lines, random));
            try
            {
                using var gpu = new VirtualGpu();
                using var module = gpu.LoadModule(text);
                foreach (var kernel in module.KernelNames)
                {
                    _ = module.GetKernel(kernel);
                }
            }
            catch (PtxException e)
            {
                Assert.True(e.Line > 0, e.Message);
            }
            catch (Exception e) when (e is not PtxException)
            {
                Assert.Fail($"trial {trial}: {e}\n{text}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("{")]
    [InlineData(".version 8.4 .target sm_80 .address_size 64 .visible .entry k(")]
    [InlineData(".version 8.4 .target sm_80 .address_size 64 .visible .entry k() { .reg .b32 %r<2147483647>; ret; }")]
    [InlineData(".version 8.4 .target sm_80 .address_size 64 .visible .entry k() { .local .b8 x[99999999999999]; ret; }")]
    [InlineData(".version 8.4 .target sm_80 .address_size 64 .global .align 3 .b8 x[4];")]
    [InlineData(".version 8.4 .target sm_80 .address_size 64 .shared .b8 x[-4];")]
    public void Strange_text_ends_soon(string text)
    {
        try
        {
            using var gpu = new VirtualGpu();
            using var module = gpu.LoadModule(text);
            foreach (var kernel in module.KernelNames)
            {
                _ = module.GetKernel(kernel);
            }
        }
        catch (PtxException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static string[] Damage(string[] lines, Random random)
    {
        var damaged = (string[])lines.Clone();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(damaged.Length);
            var words = damaged[at].Split(' ', ',', '\t');
            damaged[at] = random.Next(6) switch
            {
                0 => "",
                1 => damaged[random.Next(damaged.Length)],
                2 => damaged[at][..random.Next(damaged[at].Length + 1)],
                3 => damaged[at].Replace(words[random.Next(words.Length)] is { Length: > 0 } word ? word : "%", words[random.Next(words.Length)], StringComparison.Ordinal),
                4 => damaged[at].Replace(".b32", ".b64", StringComparison.Ordinal).Replace(".u64", ".f16", StringComparison.Ordinal).Replace("%r", "%rd", StringComparison.Ordinal),
                _ => damaged[at] + damaged[random.Next(damaged.Length)],
            };
        }

        return damaged;
    }
}
