using KernelDsl.Runtime.Cuda;

namespace KernelDsl.Tool.Tests.Cuda;

public sealed class CudaDriverTests
{
    [Fact]
    public void Missing_driver_is_a_sentence_with_the_names_tried()
    {
        Assert.False(NativeCudaDriver.TryLoad(["libcuda-that-is-not-there.so.1"], out _, out var reason));
        Assert.Contains("libcuda-that-is-not-there.so.1", reason, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Library_without_the_entry_points_is_refused()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Assert.False(NativeCudaDriver.TryLoad(["libc.so.6"], out _, out var reason));
        Assert.Contains("cuInit", reason, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Driver_without_a_device_says_so()
    {
        // Debian's libcuda1 in .tools/nvrtc (eng/install-nvrtc.sh --with-libcuda) loads anywhere.
        var library = FindUnpackedDriver();
        Skip.If(library is null, "eng/install-nvrtc.sh --with-libcuda was not run");
        Skip.If(CudaDevice.TryOpen(0, out var device, out _), "this machine has a GPU");
        device?.Dispose();
        Assert.False(NativeCudaDriver.TryLoad([library!], out _, out var reason));
        Assert.Matches("no CUDA-capable device is detected|CUDA_ERROR", reason!);
    }

    private static string? FindUnpackedDriver()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var lib = Path.Combine(folder.FullName, ".tools/nvrtc/usr/lib");
            if (Directory.Exists(lib))
            {
                return Directory.EnumerateFiles(lib, "libcuda.so.1", SearchOption.AllDirectories).FirstOrDefault();
            }
        }

        return null;
    }
}
