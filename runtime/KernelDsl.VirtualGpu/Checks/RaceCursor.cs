using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Memory;

/// <summary>
/// Records the pieces of one plain access of a warp in the shadow that they meet. The page of the last piece stays held, so that neighbouring pieces enter it
/// once; whoever goes on to report, or is done, lets it go.
/// </summary>
internal ref struct RaceCursor(Warp warp, Instruction i, bool writes)
{
    private readonly PastAccess _now = PastAccess.Now(warp, i, 0, isStrong: false);
    private RaceShadow? _shadow;
    private RacePage _page = null!;
    private int _index;

    /// <summary>Records lanes that follow each other, when none can race.</summary>
    /// <param name="shadow">Of the memory.</param>
    /// <param name="offset">Where the first lane's bytes lie.</param>
    /// <param name="width">Bytes of a lane, a power of two.</param>
    /// <param name="lane">The first lane.</param>
    /// <param name="lanes">How many.</param>
    /// <param name="isBroadcast">Whether they read one place, or places side by side.</param>
    /// <returns>Whether that is done; when not, nothing is changed.</returns>
    public bool TryPiece(RaceShadow shadow, long offset, int width, int lane, int lanes, bool isBroadcast)
    {
        var index = (int)(offset >> RacePage.Bits);
        if (_shadow != shadow || _index != index)
        {
            Release();
            (_shadow, _index) = (shadow, index);
            _page = shadow.EnterPage(index);
        }

        var now = _now with { Who = _now.Who + (uint)lane };
        var granules = width >> _page.Shift;
        var at = (int)(offset & (RacePage.Bytes - 1)) >> _page.Shift;
        if (granules == 0 || ((offset + (isBroadcast ? width : (long)width * lanes) - 1) >> RacePage.Bits) != index)
        {
            return false;
        }

        return isBroadcast ? shadow.TryBroadcast(_page, at, granules, lanes, warp, now) : shadow.TryRange(_page, at, granules, lanes, warp, now, writes);
    }

    public void Release()
    {
        _shadow?.ExitPage(_index);
        _shadow = null;
    }
}
