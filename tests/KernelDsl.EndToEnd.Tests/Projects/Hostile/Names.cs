#pragma warning disable CA1050, CA1716, CA1724, CA1515, CA1052, CA1812, CA1852, CS1591, CA1708
// Names that generated code must not stumble over.
internal static class System { }
internal static class Half { }
internal static class Task { }
internal static class Kernel { }
internal static class KernelLaunch { }
internal static class TensorRef { }
namespace Hostile
{
    internal static class Runtime { }
    internal static class Object { }
    internal static class String { }
    internal static class Int64 { }
    internal static class Float { }
}
