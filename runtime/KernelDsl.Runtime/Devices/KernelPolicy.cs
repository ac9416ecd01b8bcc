namespace KernelDsl.Runtime;

/// <summary>What a device may do for a kernel that has no compiled image yet.</summary>
public enum KernelPolicy
{
    /// <summary>Look in the assembly's pack, then in the disk cache, then compile.</summary>
    AllowCompile,

    /// <summary>Only what was compiled at build time: a variant that is not in the assembly's pack is a <c>KernelSealedException</c>.</summary>
    Sealed,
}
