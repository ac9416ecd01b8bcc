using System.Numerics;

namespace KernelDsl.Profiling.Caches;

/// <summary>
/// A cache with 128-byte lines whose four sectors are filled one by one, and least-recently-used replacement in each set. Deterministic.
/// </summary>
public sealed class SectoredCache
{
    private readonly int _ways;
    private readonly bool _isHashed;
    private readonly ulong _sets;
    private readonly ulong[] _tags;
    private readonly byte[] _valid;
    private readonly byte[] _dirty;
    private readonly long[] _used;
    private long _time;

    /// <summary>An empty cache.</summary>
    /// <param name="bytes">The capacity; rounded down to whole sets, and nothing is kept below one set.</param>
    /// <param name="ways">Lines of a set.</param>
    /// <param name="isHashed">Whether sets are chosen by a hash of the address.</param>
    public SectoredCache(long bytes, int ways, bool isHashed)
    {
        _ways = ways;
        _isHashed = isHashed;
        _sets = (ulong)(bytes / (Rules.SectorRule.LineBytes * ways));
        var lines = checked((int)_sets * ways);
        _tags = new ulong[lines];
        _valid = new byte[lines];
        _dirty = new byte[lines];
        _used = new long[lines];
    }

    /// <summary>Sectors that were written and not yet written back.</summary>
    public long DirtySectors => _dirty.Sum(bits => BitOperations.PopCount(bits));

    /// <summary>Looks for sectors of a line, and makes place for those that miss.</summary>
    /// <param name="line">Address / 128.</param>
    /// <param name="sectors">The sectors wanted.</param>
    /// <param name="isWrite">Whether they become dirty; a write needs no fill, because caches keep a mask of the bytes written.</param>
    /// <param name="allocates">Whether a line that is not there takes a place.</param>
    /// <param name="written">Receives the dirty sectors that had to leave.</param>
    /// <returns>The sectors that were there.</returns>
    public byte Access(ulong line, byte sectors, bool isWrite, bool allocates, out int written)
    {
        written = 0;
        if (_sets == 0)
        {
            return 0;
        }

        var first = (int)(SetOf(line) * (ulong)_ways);
        var place = first;
        for (var way = first; way < first + _ways; way++)
        {
            if (_valid[way] != 0 && _tags[way] == line)
            {
                var hit = (byte)(_valid[way] & sectors);
                Touch(way, sectors, isWrite);
                return hit;
            }

            // Empty places have the oldest time of all.
            if (_used[way] < _used[place])
            {
                place = way;
            }
        }

        if (allocates)
        {
            written = BitOperations.PopCount(_dirty[place]);
            _tags[place] = line;
            _valid[place] = _dirty[place] = 0;
            Touch(place, sectors, isWrite);
        }

        return 0;
    }

    /// <summary>Forgets sectors of a line, which are not written back.</summary>
    /// <param name="line">Address / 128.</param>
    /// <param name="sectors">The sectors.</param>
    public void Invalidate(ulong line, byte sectors)
    {
        if (_sets == 0)
        {
            return;
        }

        var first = (int)(SetOf(line) * (ulong)_ways);
        for (var way = first; way < first + _ways; way++)
        {
            if (_valid[way] != 0 && _tags[way] == line)
            {
                _valid[way] &= (byte)~sectors;
                _dirty[way] &= (byte)~sectors;
            }
        }
    }

    private void Touch(int way, byte sectors, bool isWrite)
    {
        _valid[way] |= sectors;
        _dirty[way] |= isWrite ? sectors : (byte)0;
        _used[way] = ++_time;
    }

    // Fibonacci hashing: strides of powers of two spread over the sets.
    private ulong SetOf(ulong line) => _isHashed ? Math.BigMul(line * 0x9E3779B97F4A7C15, _sets, out _) : line % _sets;
}
