using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Tests.Caching;

/// <summary>A folder for a cache that goes away with the test.</summary>
internal sealed class CacheSandbox : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kdsl-cache-").FullName;

    public string[] Files => Directory.GetFiles(Path);

    public KernelDiskCache Open(long limit = KernelCacheOptions.DefaultLimit, TimeProvider? clock = null) => new(new KernelCacheOptions(Path, limit), clock);

    public static KernelCacheKey Key(int number) => new(new KernelImageKey($"{number:x64}", "D=64", "sm_80", KernelImageKinds.Cubin), "--fmad=false", "12.4", "0.1.0");

    public static byte[] Image(int number, int length = 1000) => Enumerable.Range(0, length).Select(i => (byte)(i + number)).ToArray();

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Delete(Path, recursive: true);
    }
}

internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
