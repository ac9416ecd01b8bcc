namespace KernelDsl.Runtime;

/// <summary>A kernel's code, loaded on one device.</summary>
internal abstract class KernelExecutable : IDisposable
{
    /// <summary>Runs the checked call, or puts it into the device's order of work.</summary>
    public abstract void Run(KernelLaunch launch);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
