using KernelDsl.VirtualGpu.Async;
using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Bulk and tensor copies, stores that a barrier in memory counts, and arrivals behind copies.</summary>
internal sealed unsafe partial class Decoder
{
    private const string Counted = ".mbarrier::complete_tx::bytes";

    /// <summary>Decodes <c>cp</c> where it is a bulk copy or an arrival.</summary>
    /// <returns>Whether it was one.</returns>
    private bool DecodeBulk(Modifiers m)
    {
        if (_text.Modifiers is [".async", ".mbarrier", ".arrive", ..])
        {
            m.Skip(".async", ".mbarrier", ".arrive");
            _usesAsync = true;
            _i.Option = m.Has(".noinc") ? 1 : 0;
            var barrierSpace = MbarrierSpace(m);
            m.Type();
            Operands(1);
            _i.Data = new MbarrierForm(BarrierAction.Arrive, AsyncAddress(Operand(0), barrierSpace), -1, -1, true, false);
            _i.Execute = &BulkHandlers.ArriveAfterCopies;
            return true;
        }

        if (!_text.Modifiers.Contains(".bulk"))
        {
            return false;
        }

        RequireArchitecture(90);
        _usesAsync = true;
        _i.IsCluster = true;
        var isReduction = m.Has(".reduce");
        m.Skip(".async", ".bulk");
        if (m.Has(".commit_group"))
        {
            Operands(0);
            _i.Execute = &BulkHandlers.Commit;
            return true;
        }

        if (m.Has(".wait_group"))
        {
            Operands(1);
            _i.Option = (int)Math.Clamp(Constant(Operand(0)), 0, 1 << 20);
            _i.Option2 = m.Has(".read") ? 1 : 0;
            _i.Execute = &BulkHandlers.Wait;
            return true;
        }

        var isPrefetch = m.Has(".prefetch");
        var isTensor = m.Has(".tensor");
        var axes = 0;
        if (isTensor)
        {
            axes = m.One(".1d", ".2d", ".3d", ".4d", ".5d") is { } text ? text[1] - '0' : throw Error($"'{_text.Name}' has no number of axes.");
            m.Skip(".tile");
            if (m.Left.Any(l => l.StartsWith(".im2col", StringComparison.Ordinal) || l.StartsWith(".tile::", StringComparison.Ordinal)))
            {
                throw Error($"'{_text.Name}': only copies by tiles are executed, not im2col or gather.");
            }
        }

        DecodeBulkOperands(m, isPrefetch, isReduction, axes);
        return true;
    }

    private void DecodeBulkOperands(Modifiers m, bool isPrefetch, bool isReduction, int axes)
    {
        var spaces = m.Left.Where(l => l is ".global" or ".shared::cluster" or ".shared::cta").ToArray();
        m.Skip(".global", ".shared::cluster", ".shared::cta", ".L2");
        var isCounted = m.Has(Counted);
        var isGrouped = m.Has(".bulk_group");
        var isMulticast = m.Has(".multicast::cluster");
        var isCached = m.Has(".L2::cache_hint");
        var direction = isPrefetch ? BulkDirection.Prefetch
            : spaces is [".shared::cluster" or ".shared::cta", ".global"] && isCounted ? BulkDirection.IntoShared
            : spaces is [".shared::cluster", ".shared::cta"] && isCounted && axes == 0 && !isMulticast ? BulkDirection.SharedToShared
            : spaces is [".global", ".shared::cta"] && isGrouped ? BulkDirection.FromShared
            : throw Error($"'{_text.Name}' is not a copy that PTX has.");
        if (isReduction && direction is BulkDirection.IntoShared or BulkDirection.Prefetch)
        {
            throw Error($"'{_text.Name}' is not a copy that PTX has.");
        }

        BulkReduction? reduction = null;
        if (isReduction)
        {
            var operation = m.One(".add", ".min", ".max", ".inc", ".dec", ".and", ".or", ".xor") ?? throw Error($"'{_text.Name}' has no operation.");
            m.Skip(".noftz");
            reduction = axes > 0 ? new BulkReduction(operation, PtxType.None) : new BulkReduction(operation, m.Type());
            if (axes == 0 && !BulkReduction.IsKnown(operation, reduction.Type))
            {
                throw Error($"'{_text.Name}' is not a reduction that PTX has.");
            }
        }

        // Tensors: [shared], [map, {..}], [barrier] or [map, {..}], [shared]. Rows: [to], [from], bytes, [barrier].
        var isOut = direction == BulkDirection.FromShared;
        var at = 0;
        AsyncAddress? Take(StateSpace space) => AsyncAddress(Operand(at++), space);
        AsyncAddress? target = null;
        AsyncAddress? global = null;
        AsyncAddress? source = null;
        int[]? coordinates = null;
        if (direction is BulkDirection.IntoShared or BulkDirection.SharedToShared)
        {
            target = Take(StateSpace.Shared);
        }

        if (direction != BulkDirection.SharedToShared)
        {
            coordinates = axes > 0 ? Coordinates(Operand(at), axes) : null;
            global = Take(axes > 0 ? StateSpace.None : StateSpace.Global);
        }

        if (isOut || direction == BulkDirection.SharedToShared)
        {
            source = Take(StateSpace.Shared);
        }

        var bytes = axes == 0 ? Source(at++, PtxType.U32) : -1;
        var barrier = isCounted ? Take(StateSpace.Shared) : null;
        var blocks = isMulticast ? Source(at++, PtxType.U16) : -1;
        Operands(at + (isCached ? 1 : 0));
        if (isCached)
        {
            Source(at, PtxType.B64);
        }

        _i.Data = new BulkForm(direction, global, target, source, barrier, bytes, blocks, coordinates, reduction);
        _i.Execute = &BulkHandlers.Copy;
    }

    private int[] Coordinates(PtxOperand operand, int axes)
    {
        if (operand is not AddressOperand { More: [VectorOperand list] } || list.Items.Length != axes)
        {
            throw Error($"'{_text.Name}' needs a tensor map with {axes} coordinates in braces.");
        }

        return list.Items.Select(item => Source(item, PtxType.S32)).ToArray();
    }

    /// <summary><c>st.async</c> and <c>red.async</c>.</summary>
    private void DecodeRemote(Modifiers m, bool isReduction)
    {
        RequireArchitecture(90);
        _usesAsync = true;
        _i.Class = InstructionClass.Async;
        _i.IsCluster = true;
        _i.Space = StateSpace.Shared;
        m.Skip(".weak", ".relaxed", ".cluster");
        if (!m.Has(".shared::cluster") || !m.Has(Counted))
        {
            throw Error($"'{_text.Name}' is not executed; it needs .shared::cluster{Counted}.");
        }

        var operation = isReduction ? m.One(".add", ".min", ".max", ".inc", ".dec", ".and", ".or", ".xor") ?? throw Error($"'{_text.Name}' has no operation.") : null;
        var count = isReduction ? 1 : m.One(".v2", ".v4") switch { ".v2" => 2, ".v4" => 4, _ => 1 };
        var type = m.Type();
        if (type.Size() is not (4 or 8) || type.Size() * count > 16 || (operation is not null && !BulkReduction.IsKnown(operation, type)))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        Operands(3);
        var target = AsyncAddress(Operand(0), StateSpace.Shared);
        ImmutableArray<PtxOperand> items = count == 1 ? [Operand(1)] : Operand(1) is VectorOperand vector && vector.Items.Length == count ? vector.Items : throw Error($"'{_text.Name}' needs {count} values in braces.");
        var values = items.Select(item => Source(item, type)).ToArray();
        _i.Data = new RemoteForm(target, AsyncAddress(Operand(2), StateSpace.Shared), values, type.Size(), operation is null ? null : new BulkReduction(operation, type));
        _i.Execute = &RemoteHandlers.Store;
    }
}
