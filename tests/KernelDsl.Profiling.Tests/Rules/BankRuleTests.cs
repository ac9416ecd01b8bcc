using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Tests.Rules;

/// <summary>Each case was computed by hand: what lanes ask of the 32 banks, and in how many wavefronts they get it.</summary>
public sealed class BankRuleTests
{
    [Theory]
    // Strides in words: gcd(stride, 32) lanes meet in a bank.
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(4, 4)]
    [InlineData(6, 2)]
    [InlineData(8, 8)]
    [InlineData(12, 4)]
    [InlineData(16, 16)]
    [InlineData(32, 32)]
    // A row of 32 words padded by one: a column has no conflict.
    [InlineData(33, 1)]
    // All lanes the same word: broadcast.
    [InlineData(0, 1)]
    [InlineData(64, 32)]
    public void Words_with_a_stride_take(int stride, int wavefronts)
    {
        var addresses = Lanes.Strided(4 * stride);
        Assert.Equal(new BankUse(wavefronts, 1), BankRule.Load(addresses, Lanes.All, 4));
        Assert.Equal(new BankUse(wavefronts, 1), BankRule.Store(addresses, Lanes.All, 4));
    }

    [Theory]
    // 8 bytes go in two halves of the warp, 16 bytes in four quarters.
    [InlineData(8, 8, 2, 2)]
    [InlineData(8, 16, 4, 2)]
    [InlineData(8, 128, 32, 2)]
    [InlineData(16, 16, 4, 4)]
    [InlineData(16, 32, 8, 4)]
    [InlineData(16, 128, 32, 4)]
    // 16 bytes with rows padded by 16: a quarter is free of conflicts.
    [InlineData(16, 144, 4, 4)]
    // Below a word, lanes share words.
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(2, 4, 1, 1)]
    [InlineData(2, 128, 32, 1)]
    public void Width_with_a_stride_in_bytes_takes(int width, int stride, int wavefronts, int ideal)
        => Assert.Equal(new BankUse(wavefronts, ideal), BankRule.Store(Lanes.Strided(stride), Lanes.All, width));

    [Fact]
    public void Wide_load_of_equal_neighbours_takes_two_wavefronts()
        => Assert.Equal(new BankUse(2, 2), BankRule.Load(Lanes.Of(lane => lane / 2 * 16), Lanes.All, 16));

    [Fact]
    public void Wide_load_of_equal_lanes_two_apart_takes_two_wavefronts()
        => Assert.Equal(new BankUse(2, 2), BankRule.Load(Lanes.Of(lane => (lane / 4 * 2 + lane % 2) * 16), Lanes.All, 16));

    [Fact]
    public void Wide_load_of_one_place_takes_two_wavefronts()
        => Assert.Equal(new BankUse(2, 2), BankRule.Load(Lanes.Strided(0), Lanes.All, 16));

    [Fact]
    public void Wide_load_with_one_pair_unequal_takes_four()
        => Assert.Equal(new BankUse(4, 4), BankRule.Load(Lanes.Of(lane => lane == 31 ? 256 : lane / 2 * 16), Lanes.All, 16));

    [Fact]
    public void Wide_load_whose_unequal_lanes_do_not_take_part_takes_two()
        => Assert.Equal(new BankUse(2, 2), BankRule.Load(Lanes.Of(lane => lane % 2 == 0 ? lane / 2 * 16 : 4096), 0x55555555, 16));

    [Fact]
    public void Wide_store_has_no_exception_for_pairs()
        => Assert.Equal(new BankUse(4, 4), BankRule.Store(Lanes.Of(lane => lane / 2 * 16), Lanes.All, 16));

    [Theory]
    [InlineData(0x00000000u, 0, 0)]
    [InlineData(0x00000001u, 1, 1)]
    [InlineData(0x00000003u, 2, 1)]
    [InlineData(0x0000FFFFu, 16, 1)]
    public void Only_lanes_of_the_mask_conflict(uint mask, int wavefronts, int ideal)
        => Assert.Equal(new BankUse(wavefronts, ideal), BankRule.Load(Lanes.Strided(128), mask, 4));

    [Fact]
    public void Group_without_lanes_takes_no_wavefront()
        => Assert.Equal(new BankUse(1, 1), BankRule.Load(Lanes.Strided(16), 0xF0, 16));

    [Fact]
    public void Column_of_a_swizzled_tile_has_no_conflict()
        // Element (row, 0) of a tile of 32 words is kept at column row xor 0.
        => Assert.Equal(1, BankRule.Load(Lanes.Of(row => (row * 32 + (0 ^ row)) * 4), Lanes.All, 4).Wavefronts);

    [Fact]
    public void Two_words_of_one_bank_read_by_half_the_lanes_each_take_two()
        => Assert.Equal(2, BankRule.Load(Lanes.Of(lane => lane < 16 ? 0 : 128), Lanes.All, 4).Wavefronts);

    [Theory]
    // Rows of 16 bytes: together, 32 apart (4 banks of every 8), in rows of 128 bytes (all in the same 4 banks), padded to 144.
    [InlineData(16, 1)]
    [InlineData(32, 2)]
    [InlineData(64, 4)]
    [InlineData(128, 8)]
    [InlineData(144, 1)]
    [InlineData(0, 1)]
    public void Matrix_rows_with_a_stride_take(int stride, int wavefrontsOfEach)
    {
        var rows = Lanes.Strided(stride);
        Assert.Equal(new BankUse(wavefrontsOfEach, 1), BankRule.Matrix(rows, 1));
        Assert.Equal(new BankUse(2 * wavefrontsOfEach, 2), BankRule.Matrix(rows, 2));
        Assert.Equal(new BankUse(4 * wavefrontsOfEach, 4), BankRule.Matrix(rows, 4));
    }

    [Fact]
    public void Swizzled_matrix_rows_have_no_conflict()
        // Rows of 128 bytes, the 16-byte chunk at column row xor chunk: what tiles of 64 halves use.
        => Assert.Equal(0, BankRule.Matrix(Lanes.Of(lane => lane % 16 * 128 + ((lane / 16) ^ (lane % 8)) * 16), 4).Conflicts);

    [Theory]
    [InlineData(0, 32)]
    [InlineData(4, 1)]
    [InlineData(8, 2)]
    [InlineData(128, 32)]
    public void Atomics_with_a_stride_take(int stride, int wavefronts)
        => Assert.Equal(new BankUse(wavefronts, 1), BankRule.Atomic(Lanes.Strided(stride), Lanes.All, 4));

    [Fact]
    public void Atomics_on_four_counters_take_eight_turns()
        => Assert.Equal(new BankUse(8, 1), BankRule.Atomic(Lanes.Of(lane => lane % 4 * 4), Lanes.All, 4));

    [Fact]
    public void Atomics_of_masked_lanes_take_no_turn()
        => Assert.Equal(3, BankRule.Atomic(Lanes.Strided(0), 0b111, 4).Wavefronts);

    [Fact]
    public void Three_matrices_are_refused()
        => Assert.Throws<ArgumentException>(() => BankRule.Matrix(Lanes.Strided(16), 3));

    [Fact]
    public void Too_few_rows_are_refused()
        => Assert.Throws<ArgumentException>(() => BankRule.Matrix(Lanes.Strided(16).AsSpan(0, 15), 2));
}
