using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Checks;

/// <summary>Findings of a device, from all workers. Those of one kind at one pair of instructions count once.</summary>
internal sealed class FindingLog(VirtualGpuOptions options)
{
    private readonly HashSet<(string, FindingKind, int, int)> _known = [];
    private readonly List<Finding> _findings = [];
    private readonly Lock _gate = new();

    public ImmutableArray<Finding> Findings
    {
        get
        {
            lock (_gate)
            {
                return [.. _findings];
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _findings.Clear();
            _known.Clear();
        }
    }

    /// <summary>Keeps a finding, or throws it.</summary>
    public void Report(
        FindingKind kind, Warp warp, Instruction? at, int lane, string message, ulong address = 0, string? allocation = null, Instruction? other = null)
    {
        var program = warp.Block.Program;
        Report(new Finding(
            kind, message, program.Name, at?.Text?.Line ?? 0, at?.Text?.Name ?? "", at is null ? 0 : SourceLine(at), warp.Block.Place, warp.ThreadOf(lane),
            address, allocation, other?.Text.Line ?? 0, other is null ? 0 : SourceLine(other))
        {
            Spec = at?.Text is null ? null : program.SpecPlace(at),
            OtherSpec = other is null ? null : program.SpecPlace(other),
        });
    }

    public void Report(Finding finding)
    {
        lock (_gate)
        {
            if (_findings.Count < options.MaximumFindings && _known.Add((finding.Kernel, finding.Kind, finding.PtxLine, finding.OtherPtxLine)))
            {
                _findings.Add(finding);
            }
        }

        if (!options.CollectFindings || finding.Kind is FindingKind.Deadlock or FindingKind.Hang or FindingKind.Trap or FindingKind.Assertion)
        {
            throw new VirtualGpuFaultException(finding);
        }
    }

    private static int SourceLine(Instruction instruction) => Program.SourceLine(instruction);
}
