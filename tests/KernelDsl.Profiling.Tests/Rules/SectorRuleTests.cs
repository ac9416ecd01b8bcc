using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Tests.Rules;

/// <summary>Each case was computed by hand: start and stride in bytes, then what they touch.</summary>
public sealed class SectorRuleTests
{
    [Theory]
    // Together: 32 lanes of 4 bytes are 128 bytes.
    [InlineData(0, 4, 4, 4, 1, 4)]
    [InlineData(4096, 4, 4, 4, 1, 4)]
    // One element off: a fifth sector, in a second line.
    [InlineData(4, 4, 4, 5, 2, 4)]
    [InlineData(32, 4, 4, 4, 2, 4)]
    [InlineData(64, 4, 4, 4, 2, 4)]
    [InlineData(124, 4, 4, 5, 2, 4)]
    // Every 2nd, 3rd, 4th, 5th, 8th, 16th, 32nd, 33rd element of 4 bytes.
    [InlineData(0, 8, 4, 8, 2, 4)]
    [InlineData(0, 12, 4, 12, 3, 4)]
    [InlineData(0, 16, 4, 16, 4, 4)]
    [InlineData(0, 20, 4, 20, 5, 4)]
    [InlineData(0, 32, 4, 32, 8, 4)]
    [InlineData(0, 64, 4, 32, 16, 4)]
    [InlineData(0, 128, 4, 32, 32, 4)]
    [InlineData(0, 132, 4, 32, 32, 4)]
    // All lanes read the same place.
    [InlineData(0, 0, 4, 1, 1, 1)]
    [InlineData(28, 0, 4, 1, 1, 1)]
    // Other widths.
    [InlineData(0, 1, 1, 1, 1, 1)]
    [InlineData(0, 2, 2, 2, 1, 2)]
    [InlineData(0, 8, 8, 8, 2, 8)]
    [InlineData(0, 16, 16, 16, 4, 16)]
    [InlineData(16, 16, 16, 17, 5, 16)]
    [InlineData(0, 32, 16, 32, 8, 16)]
    [InlineData(0, 128, 16, 32, 32, 16)]
    public void Full_warp_touches(int start, int stride, int width, int sectors, int lines, int ideal)
    {
        var use = SectorRule.Of(Lanes.Strided(stride, start), Lanes.All, width);
        Assert.Equal(new SectorUse(32, sectors, lines, (lines + 3) / 4, 32 * width, ideal), use);
    }

    [Theory]
    [InlineData(0x00000000u, 0, 0, 0)]
    [InlineData(0x00000001u, 1, 1, 1)]
    [InlineData(0x80000000u, 1, 1, 1)]
    [InlineData(0x0000FFFFu, 2, 1, 2)]
    // Every second lane: still all four sectors, though half of the bytes.
    [InlineData(0x55555555u, 4, 1, 2)]
    [InlineData(0x01010101u, 4, 1, 1)]
    [InlineData(0x000000FFu, 1, 1, 1)]
    public void Masked_lanes_touch_nothing(uint mask, int sectors, int lines, int ideal)
    {
        var use = SectorRule.Of(Lanes.Strided(4), mask, 4);
        Assert.Equal((sectors, lines, ideal), (use.Sectors, use.Lines, use.IdealSectors));
    }

    [Fact]
    public void Addresses_of_masked_lanes_are_not_read()
        => Assert.Equal(1, SectorRule.Of([0], 1, 4).Sectors);

    [Fact]
    public void Order_of_lanes_does_not_matter()
        => Assert.Equal(SectorRule.Of(Lanes.Strided(4), Lanes.All, 4), SectorRule.Of(Lanes.Of(lane => (lane * 7 % 32) * 4), Lanes.All, 4));

    [Fact]
    public void Lane_across_a_sector_touches_both()
        => Assert.Equal((2, 1), (SectorRule.Of([30], 1, 4).Sectors, SectorRule.Of([30], 1, 4).IdealSectors));

    [Fact]
    public void Rows_of_a_transposed_tile_touch_a_sector_each()
        // 8 rows of 4 lanes in a matrix with rows of 1 KiB.
        => Assert.Equal((8, 8, 2), Of(SectorRule.Of(Lanes.Of(lane => lane / 4 * 1024 + lane % 4 * 4), Lanes.All, 4)));

    [Theory]
    [InlineData(0, 32)]
    [InlineData(4, 1)]
    public void Atomics_meet_on_an_address(int stride, int lanes)
        => Assert.Equal(lanes, SectorRule.MostLanesOnOneAddress(Lanes.Strided(stride), Lanes.All));

    [Fact]
    public void Atomics_of_masked_lanes_do_not_meet()
        => Assert.Equal(3, SectorRule.MostLanesOnOneAddress(Lanes.Strided(0), 0b10101));

    [Fact]
    public void Mask_beyond_the_addresses_is_refused()
        => Assert.Throws<ArgumentException>(() => SectorRule.Of([0, 4], 0b100, 4));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(32)]
    public void Width_that_no_lane_has_is_refused(int width)
        => Assert.Throws<ArgumentException>(() => SectorRule.Of([0], 1, width));

    private static (int, int, int) Of(SectorUse use) => (use.Sectors, use.Lines, use.Lines / 4);
}
