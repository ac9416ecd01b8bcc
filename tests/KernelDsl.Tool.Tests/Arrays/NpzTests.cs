using System.IO.Compression;
using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.Arrays;

public sealed class NpzTests
{
    [Fact]
    public void Arrays_survive_writing_and_reading()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        NpzWriter.Write(path, [new("a.values", Inputs.Arrays.Floats([2], 1, 2)), new("b", Inputs.Arrays.Integers([1, 1], 7))]);
        using var file = NpzFile.Open(path);
        Assert.Equal(["a.values", "b"], file.Keys);
        Assert.Equal(7, Inputs.Arrays.At(file.Read("b"), 0));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Text_is_not_an_archive()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("KD8120", Assert.Throws<ToolException>(() => NpzFile.Open(folder.Write("a.npz", "hello"))).Descriptor.Id);
    }

    [Fact]
    public void Truncated_archive_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        NpzWriter.Write(path, [new("a", Inputs.Arrays.Floats([100], new double[100]))]);
        var bytes = File.ReadAllBytes(path);
        foreach (var length in (int[])[0, 1, 50, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<ToolException>(() =>
            {
                using var file = NpzFile.Open(path);
                file.Read("a");
            });
        }
    }

    [Fact]
    public void Damaged_bytes_never_crash()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        NpzWriter.Write(path, [new("a", Inputs.Arrays.Floats([8], new double[8]))]);
        var bytes = File.ReadAllBytes(path);
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var k = 0; k < 3; k++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged);
            try
            {
                using var file = NpzFile.Open(path);
                foreach (var key in file.Keys.ToArray())
                {
                    file.Read(key);
                }
            }
            catch (ToolException)
            {
                // The one way to fail.
            }
        }
    }

    [Fact]
    public void Member_that_is_no_array_is_an_error_with_its_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var stream = archive.CreateEntry("x.npy").Open())
        {
            stream.Write("something else entirely"u8);
        }

        using var file = NpzFile.Open(path);
        Assert.Contains("'x'", Assert.Throws<ToolException>(() => file.Read("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unwritable_place_is_an_error_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("KD7003", Assert.Throws<ToolException>(() => NpzWriter.Write(folder.File("no/such/folder.npz"), [])).Descriptor.Id);
        Assert.Equal("KD7003", Assert.Throws<ToolException>(() => NpzWriter.Write(folder.Path, [])).Descriptor.Id);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
