using System.Runtime.CompilerServices;

namespace KernelDsl.Tool.Tests.Packing;

/// <summary>The commands under test use a cache of their own, and not that of the person who runs the tests.</summary>
internal static class CacheIsolation
{
    private static readonly TemporaryFolder s_folder = new();

    [ModuleInitializer]
    internal static void Isolate()
    {
        Environment.SetEnvironmentVariable("KDSL_CACHE_DIR", s_folder.File("cache"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => s_folder.Dispose();
    }
}
