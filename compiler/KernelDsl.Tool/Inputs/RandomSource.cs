namespace KernelDsl.Tool.Inputs;

/// <summary>
/// Random numbers that are the same on every machine and in every version: xoshiro256** seeded by splitmix64 (Blackman and Vigna, "Scrambled linear
/// pseudorandom number generators", 2021). Each array has its own stream, from the seed and its key, so that one array does not move another.
/// </summary>
internal sealed class RandomSource
{
    private ulong _a, _b, _c, _d;
    private double? _spare;

    public RandomSource(long seed, string key)
    {
        // FNV-1a of the key; string hashes of the runtime differ from run to run.
        var state = 14695981039346656037ul;
        foreach (var c in key)
        {
            state = (state ^ c) * 1099511628211ul;
        }

        state ^= (ulong)seed * 0x9E3779B97F4A7C15ul;
        (_a, _b, _c, _d) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    public ulong NextBits()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to before 1.</summary>
    public double NextUnit() => (NextBits() >> 11) * Math.ScaleB(1, -53);

    /// <summary>From the minimum to the maximum, both included.</summary>
    public long Next(long minimum, long maximum)
    {
        var range = (UInt128)((Int128)maximum - minimum + 1);
        return (long)(minimum + (Int128)((range * NextBits()) >> 64));
    }

    /// <summary>Standard normal, by Box and Muller's method.</summary>
    public double NextNormal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUnit()));
        var angle = 2 * Math.PI * NextUnit();
        _spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>All numbers from 0 to before the count, in random order.</summary>
    public long[] Permutation(int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            var j = (int)Next(0, i);
            numbers[i] = numbers[j];
            numbers[j] = i;
        }

        return numbers;
    }

    /// <summary>Some of the numbers from 0 to before the count, in rising order.</summary>
    public IEnumerable<long> Choose(long chosen, long count)
    {
        if (chosen > count / 8)
        {
            // Selection sampling: each number with the probability that is left for it.
            for (long i = 0, left = chosen; left > 0; i++)
            {
                if (Next(0, count - i - 1) < left)
                {
                    left--;
                    yield return i;
                }
            }

            yield break;
        }

        var set = new SortedSet<long>();
        while (set.Count < chosen)
        {
            set.Add(Next(0, count - 1));
        }

        foreach (var number in set)
        {
            yield return number;
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15ul;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ul;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBul;
        return z ^ (z >> 31);
    }
}
