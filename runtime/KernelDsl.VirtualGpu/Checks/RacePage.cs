namespace KernelDsl.VirtualGpu.Memory;

/// <summary>What the race check knows of 4 KiB. Stamps lie apart from the rest, so that those of many words are compared at once.</summary>
internal sealed class RacePage
{
    public const int Bits = 12;
    public const int Bytes = 1 << Bits;

    public RacePage(int shift)
    {
        Shift = shift;
        Writes = new Column(Bytes >> shift);
        Firsts = new Column(Bytes >> shift);
        Seconds = new Column(Bytes >> shift);
    }

    /// <summary>A granule has 1 &lt;&lt; Shift bytes.</summary>
    public int Shift { get; }

    public Column Writes { get; }

    public Column Firsts { get; }

    public Column Seconds { get; }

    public PastAccess Write(int place) => Writes[place];

    public PastAccess First(int place) => Firsts[place];

    public PastAccess Second(int place) => Seconds[place];

    public void SetFirst(int place, in PastAccess now) => Firsts[place] = now;

    public void SetSecond(int place, in PastAccess now) => Seconds[place] = now;

    /// <summary>After a write nothing before it matters.</summary>
    public void SetWrite(int place, in PastAccess now)
    {
        Writes[place] = now;
        Firsts.Stamps[place] = Seconds.Stamps[place] = 0;
    }

    /// <summary>The same with smaller granules.</summary>
    public RacePage Narrow(int shift)
    {
        var page = new RacePage(shift);
        for (var i = 0; i < Bytes >> shift; i++)
        {
            var from = i >> (Shift - shift);
            page.Writes[i] = Writes[from];
            page.Firsts[i] = Firsts[from];
            page.Seconds[i] = Seconds[from];
        }

        return page;
    }

    /// <summary>An access of each granule.</summary>
    internal sealed class Column(int count)
    {
        public readonly ulong[] Stamps = new ulong[count];
        public readonly uint[] Who = new uint[count];

        public PastAccess this[int place]
        {
            get => new(Stamps[place], Who[place]);
            set => (Stamps[place], Who[place]) = (value.Stamp, value.Who);
        }
    }
}
