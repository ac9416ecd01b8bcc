#pragma warning disable CA1515, CA1716, CA1720, CA1724, CA1812
// Names that generated code must not stumble over, where it stands.
namespace Hostile
{
    internal static class System { }
    internal static class KernelDsl { }
    internal static class Half { }
    internal static class Task { }
    internal static class Kernel { }
    internal static class KernelLaunch { }
    internal static class KernelDefinition { }
    internal static class TensorRef { }
    internal static class Object { }
    internal static class String { }
    internal static class Int64 { }
    internal static class Math { }
}
