using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Tests.Rules;

namespace KernelDsl.Profiling.Tests.Caches;

/// <summary>Streams small enough to be followed by hand. Sets are not hashed, so that conflicts are where a reader expects them.</summary>
public sealed class CacheReplayTests
{
    private const int Line = 128;

    // 1 SM; a first level of two sets with four lines; a second level of four sets with four lines.
    private static readonly CacheSettings s_small = new(1, 1, 8 * Line, 16 * Line) { SecondLevelWays = 4, HasHashedSets = false };

    [Fact]
    public void Streaming_reads_every_byte_once()
    {
        var traffic = Replay(s_small with { SecondLevelBytes = 4096 * Line }, Block(Lines(0, 100)));
        Assert.Equal(new CacheTraffic(12800, 0, 12800, 0, 0, 12800, 0, 0), traffic);
    }

    [Fact]
    public void Second_pass_over_what_fits_hits_the_first_level()
        // Eight lines fill both sets exactly.
        => Assert.Equal(new CacheTraffic(2048, 1024, 1024, 0, 0, 1024, 0, 0), Replay(s_small, Block(Lines(0, 8), Lines(0, 8))));

    [Fact]
    public void Cyclic_pass_over_one_line_too_many_misses_its_whole_set()
        // Nine lines: set 0 has five for four places and never hits with LRU; set 1 keeps its four.
        => Assert.Equal(new CacheTraffic(2304, 512, 1792, 0, 640, 1152, 0, 0), Replay(s_small, Block(Lines(0, 9), Lines(0, 9))));

    [Fact]
    public void Stride_of_the_sets_thrashes_while_the_rest_stays_empty()
    {
        // Five lines that all go to set 0 of both levels, twice: LRU misses them all.
        var traffic = Replay(s_small, Block(Enumerable.Range(0, 5).Select(i => i * 4), Enumerable.Range(0, 5).Select(i => i * 4)));
        Assert.Equal(new CacheTraffic(1280, 0, 1280, 0, 0, 1280, 0, 0), traffic);
    }

    [Fact]
    public void Misses_fill_sectors_and_not_lines()
    {
        var stream = new BlockStream();
        stream.Add([0], 1, 4, CacheAccess.Load);
        stream.Add([32], 1, 4, CacheAccess.Load);
        stream.Add([36], 1, 4, CacheAccess.Load);
        Assert.Equal(new CacheTraffic(96, 32, 64, 0, 0, 64, 0, 0), Replay(s_small, stream));
    }

    [Fact]
    public void Stores_go_through_the_first_level_and_stay_in_the_second()
    {
        var traffic = Replay(s_small, Block(CacheAccess.Store, Lines(0, 4)));
        Assert.Equal(new CacheTraffic(0, 0, 0, 512, 0, 0, 0, 512), traffic);
    }

    [Fact]
    public void Dirty_lines_are_written_back_when_others_need_their_place()
        // 20 lines in 16 places: the first of each set leaves.
        => Assert.Equal(new CacheTraffic(0, 0, 0, 2560, 0, 0, 512, 2048), Replay(s_small, Block(CacheAccess.Store, Lines(0, 20))));

    [Fact]
    public void Load_of_what_was_stored_hits_the_second_level_only()
    {
        var stream = Block(CacheAccess.Store, Lines(0, 1));
        stream.Add(Lanes.Strided(4), Lanes.All, 4, CacheAccess.Load);
        Assert.Equal(new CacheTraffic(128, 0, 128, 128, 128, 0, 0, 128), Replay(s_small, stream));
    }

    [Fact]
    public void Loads_through_the_first_level_leave_nothing_there()
        => Assert.Equal(new CacheTraffic(0, 0, 256, 0, 128, 128, 0, 0), Replay(s_small, Block(CacheAccess.LoadThrough, Lines(0, 1), Lines(0, 1))));

    [Fact]
    public void Atomics_read_and_write_in_the_second_level_and_spoil_the_first()
    {
        var stream = new BlockStream();
        stream.Add([0], 1, 4, CacheAccess.Load);
        stream.Add([0], 1, 4, CacheAccess.Atomic);
        stream.Add([0], 1, 4, CacheAccess.Load);
        Assert.Equal(new CacheTraffic(64, 0, 96, 32, 64, 32, 0, 32), Replay(s_small, stream));
    }

    [Fact]
    public void Second_block_on_another_multiprocessor_finds_data_in_the_second_level()
        => Assert.Equal(new CacheTraffic(1024, 0, 1024, 0, 512, 512, 0, 0), Replay(s_small with { Sms = 2 }, Block(Lines(0, 4)), Block(Lines(0, 4))));

    [Fact]
    public void Second_block_on_the_same_multiprocessor_finds_data_in_the_first_level()
        => Assert.Equal(new CacheTraffic(1024, 512, 512, 0, 0, 512, 0, 0), Replay(s_small with { BlocksPerSm = 2 }, Block(Lines(0, 4)), Block(Lines(0, 4))));

    [Fact]
    public void Resident_blocks_take_turns()
    {
        // Alone each block hits in its second pass; in turns of one access their eight lines of set 0 displace each other.
        var first = Block(Lines(0, 8).Where(line => line % 2 == 0), Lines(0, 8).Where(line => line % 2 == 0));
        var second = Block(Lines(8, 8).Where(line => line % 2 == 0), Lines(8, 8).Where(line => line % 2 == 0));
        Assert.Equal(1024, Replay(s_small, first, second).FirstLevelHit);
        Assert.Equal(0, Replay(s_small with { BlocksPerSm = 2, AccessesPerTurn = 1 }, first, second).FirstLevelHit);
    }

    [Fact]
    public void More_blocks_than_places_follow_when_one_ends()
        => Assert.Equal(7 * 4 * 128, Replay(s_small with { Sms = 2, BlocksPerSm = 2 }, [.. Enumerable.Range(0, 7).Select(i => Block(Lines(4 * i, 4)))]).FirstLevelRead);

    [Fact]
    public void Warm_second_level_is_not_read_from_memory_again()
    {
        var first = CacheReplay.Run([Block(Lines(0, 4))], s_small);
        var second = Replay(s_small with { WarmSecondLevel = first.SecondLevel }, Block(Lines(0, 4)));
        Assert.Equal((512, 0), (second.SecondLevelHit, second.DramRead));
    }

    [Fact]
    public void Without_a_first_level_every_load_goes_on()
        => Assert.Equal(new CacheTraffic(256, 0, 256, 0, 128, 128, 0, 0), Replay(s_small with { FirstLevelBytes = 0 }, Block(Lines(0, 1), Lines(0, 1))));

    [Fact]
    public void Hashed_sets_spread_a_power_of_two_stride()
    {
        // 64 lines, 64 apart, in 64 sets of 16 lines: unhashed all go to one set.
        var lines = Enumerable.Range(0, 64).Select(i => i * 64).ToArray();
        var settings = s_small with { FirstLevelBytes = 0, SecondLevelBytes = 1024 * Line, SecondLevelWays = 16 };
        Assert.Equal(0, Replay(settings, Block(lines, lines)).SecondLevelHit);
        Assert.Equal(64 * Line, Replay(settings with { HasHashedSets = true }, Block(lines, lines)).SecondLevelHit);
    }

    [Fact]
    public void Access_without_lanes_leaves_no_trace()
    {
        var stream = new BlockStream();
        stream.Add(Lanes.Strided(4), 0, 4, CacheAccess.Load);
        Assert.True(stream.Requests.IsEmpty);
    }

    [Fact]
    public void Stream_keeps_a_line_once_for_each_access()
    {
        var stream = new BlockStream();
        stream.Add([0, 160, 96], 0b111, 4, CacheAccess.Load);
        Assert.Equal([new LineRequest(0, 0b1001, CacheAccess.Load, false), new LineRequest(1, 0b10, CacheAccess.Load, true)], stream.Requests.ToArray());
    }

    private static IEnumerable<int> Lines(int start, int count) => Enumerable.Range(start, count);

    private static BlockStream Block(params IEnumerable<int>[] passes) => Block(CacheAccess.Load, passes);

    private static BlockStream Block(CacheAccess access, params IEnumerable<int>[] passes)
    {
        var stream = new BlockStream();
        foreach (var line in passes.SelectMany(pass => pass))
        {
            stream.Add(Lanes.Strided(4, line * Line), Lanes.All, 4, access);
        }

        return stream;
    }

    private static CacheTraffic Replay(CacheSettings settings, params BlockStream[] blocks) => CacheReplay.Run(blocks, settings).Traffic;
}
