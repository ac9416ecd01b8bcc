using KernelDsl.Profiling.Counting;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// The instructions of a kernel in the order of the text, each with a slot for its counters. An instruction of a function that is called from several places is one.
/// </summary>
internal sealed class CountedLines
{
    public CountedLines(Program program)
    {
        var slots = new Dictionary<PtxInstruction, int>(ReferenceEqualityComparer.Instance);
        var lines = ImmutableArray.CreateBuilder<LineCounters>();
        foreach (var i in program.Code.Where(i => !i.IsInserted).OrderBy(i => i.Text.Line))
        {
            if (!slots.TryGetValue(i.Text, out var slot))
            {
                slot = lines.Count;
                slots.Add(i.Text, slot);
                lines.Add(new LineCounters(i.Text.Line, i.Text.Name) { Cuda = Place(program.Module, i.Text.Source), Spec = program.SpecPlace(i) });
            }

            i.Slot = slot;
            i.Access = AccessKinds.Of(i);
        }

        Lines = lines.ToImmutable();
    }

    /// <summary>One for each slot, without counts.</summary>
    public ImmutableArray<LineCounters> Lines { get; }

    private static SourceLine? Place(PtxModule module, SourcePlace? place)
        => place is { Line: > 0 } ? new SourceLine(module.Files.GetValueOrDefault(place.File, ""), place.Line) : null;
}
