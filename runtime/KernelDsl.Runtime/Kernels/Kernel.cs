using System.Collections.Immutable;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime;

/// <summary>A kernel on one device. Generated classes derive from it. Safe for many threads at once; a launch allocates nothing once as many have run at once as ever do.</summary>
public abstract class Kernel : IDisposable
{
    private readonly long?[] _consts;
    private readonly object _gate = new();
    private readonly object _idleGate = new();
    private KernelLaunch? _spare;
    private KernelLaunch?[] _idle = new KernelLaunch?[8];
    private int _idleCount;
    private ImmutableArray<(long[] Consts, KernelExecutable Executable)> _loaded = [];
    private volatile bool _isDisposed;

    /// <summary>Prepares a kernel; where all consts have values, its code is made ready now, else at the first launch that gives them.</summary>
    /// <param name="definition">The kernel.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="consts">A value for each const, or null for what the shapes of a launch or the spec's default say; empty for all null.</param>
    /// <exception cref="KernelArgumentException">A const has a value that the spec does not allow.</exception>
    /// <exception cref="KernelDeviceException">The assembly has no code for this device.</exception>
    protected Kernel(KernelDefinition definition, KernelDevice device, ReadOnlySpan<long?> consts)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(device);
        Definition = definition;
        Device = device;
        _consts = consts.IsEmpty ? new long?[definition.Signature.Consts.Length] : consts.ToArray();
        if (_consts.Length != definition.Signature.Consts.Length)
        {
            throw new ArgumentException($"{definition.Name} has {definition.Signature.Consts.Length} consts.", nameof(consts));
        }

        if (definition.Variant is null)
        {
            throw new KernelDeviceException(RuntimeDiagnostics.NoCode, device.Architecture, definition.Name, definition.Types.Length == 0 ? "" : " for " + definition.Types);
        }

        for (var i = 0; i < _consts.Length; i++)
        {
            CallProgram.CheckConst(definition.Signature, i, _consts[i]);
        }

        if (device.SharesConsts || _consts.All(c => c is not null))
        {
            Find(_consts.Select(c => c ?? 0).ToArray());
        }
    }

    /// <summary>Where it runs.</summary>
    public KernelDevice Device { get; }

    /// <summary>The kernel's signature and code.</summary>
    public KernelDefinition Definition { get; }

    internal ReadOnlySpan<long?> Consts => _consts;

    /// <summary>Frees the loaded code. Do not dispose a kernel while a launch of it runs.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a call. Generated code passes the arguments to it, runs it and ends it.</summary>
    /// <exception cref="ObjectDisposedException">The kernel was disposed.</exception>
    protected internal KernelLaunch BeginLaunch()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            return spare;
        }

        lock (_idleGate)
        {
            if (_idleCount > 0)
            {
                return _idle[--_idleCount]!;
            }
        }

        return new KernelLaunch(this);
    }

    internal void Return(KernelLaunch launch)
    {
        // One thread at a time meets no lock.
        if (!_isDisposed && Interlocked.CompareExchange(ref _spare, launch, null) is null)
        {
            if (_isDisposed)
            {
                Interlocked.Exchange(ref _spare, null)?.State?.Dispose();
            }

            return;
        }

        lock (_idleGate)
        {
            if (_isDisposed)
            {
                launch.State?.Dispose();
                return;
            }

            if (_idleCount == _idle.Length)
            {
                Array.Resize(ref _idle, 2 * _idle.Length);
            }

            _idle[_idleCount++] = launch;
        }
    }

    /// <summary>The code for values of consts; loaded at the first call for them.</summary>
    internal KernelExecutable Find(ReadOnlySpan<long> consts)
    {
        if (Loaded(consts) is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            if (Loaded(consts) is { } meanwhile)
            {
                return meanwhile;
            }

            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var executable = Device.Load(Definition, consts);
            _loaded = _loaded.Add((consts.ToArray(), executable));
            return executable;
        }
    }

    private KernelExecutable? Loaded(ReadOnlySpan<long> consts)
    {
        foreach (var (values, executable) in _loaded)
        {
            if (Device.SharesConsts || consts.SequenceEqual(values))
            {
                return executable;
            }
        }

        return null;
    }

    /// <summary>Frees the loaded code.</summary>
    protected virtual void Dispose(bool disposing)
    {
        lock (_idleGate)
        {
            _isDisposed = true;
            foreach (var launch in _idle)
            {
                launch?.State?.Dispose();
            }

            Interlocked.Exchange(ref _spare, null)?.State?.Dispose();
            (_idle, _idleCount) = ([], 0);
        }

        lock (_gate)
        {
            foreach (var loaded in _loaded)
            {
                loaded.Executable.Dispose();
            }

            _loaded = [];
        }
    }
}
