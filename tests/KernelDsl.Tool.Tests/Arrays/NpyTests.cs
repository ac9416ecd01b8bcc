using System.Text;
using KernelDsl.Tool.Arrays;

namespace KernelDsl.Tool.Tests.Arrays;

public sealed class NpyTests
{
    [Theory]
    [InlineData(NpyType.F4, new long[] { 2, 3 })]
    [InlineData(NpyType.F2, new long[] { 5 })]
    [InlineData(NpyType.I8, new long[] { 1 })]
    [InlineData(NpyType.B1, new long[] { 0, 4 })]
    [InlineData(NpyType.I1, new long[] { 1, 2, 3, 4 })]
    internal void Array_survives_writing_and_reading(NpyType type, long[] shape)
    {
        var data = new byte[shape.Aggregate(1L, (a, b) => a * b) * type.Size()];
        new Random(1).NextBytes(data);
        var bytes = NpyHeader.Write(type, [.. shape]).Concat(data).ToArray();
        var read = Read(bytes);
        Assert.Equal(type, read.Type);
        Assert.Equal(shape, read.Shape);
        Assert.Equal(data, read.Data);
    }

    [Fact]
    public void Header_is_what_numpy_writes()
    {
        var header = NpyHeader.Write(NpyType.F4, [3]);
        Assert.Equal(0, header.Length % 64);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", Encoding.ASCII.GetString(header, 10, header.Length - 10), StringComparison.Ordinal);
        Assert.Equal((byte)'\n', header[^1]);
        Assert.Contains("'shape': ()", Encoding.ASCII.GetString(NpyHeader.Write(NpyType.F8, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Big_endian_elements_are_turned()
    {
        var read = Read(File("{'descr': '>i4', 'fortran_order': False, 'shape': (2,)}", [0, 0, 1, 2, 255, 255, 255, 254]));
        Assert.Equal([258L, -2L], new[] { Inputs.Arrays.At(read, 0), Inputs.Arrays.At(read, 1) });
    }

    [Fact]
    public void Fortran_order_becomes_row_major()
    {
        // Column by column: [[0, 2, 4], [1, 3, 5]]
        var read = Read(File("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", [0, 1, 2, 3, 4, 5]));
        Assert.Equal([0, 2, 4, 1, 3, 5], read.Data);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,)}", "takes 4000000 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "natural number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "'<c8'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "'|O'")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1,)}", "'<u2'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "records")]
    [InlineData("{'fortran_order': False, 'shape': (1,)}", "lacks")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}", "order")]
    [InlineData("{'descr': '<f4'", "cannot be read")]
    [InlineData("((((((((((((((((((((((((((((((((", "cannot be read")]
    [InlineData("__import__('os')", "cannot be read")]
    [InlineData("", "cannot be read")]
    public void Hostile_header_is_an_error_that_says_why(string header, string expected)
    {
        var error = Assert.Throws<NpyFormatException>(() => Read(File(header, [0, 0, 0, 0])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_prefix_of_a_file_is_an_error()
    {
        var whole = NpyHeader.Write(NpyType.F4, [2]).Concat(new byte[8]).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<NpyFormatException>(() => Read(whole[..length]));
        }
    }

    [Fact]
    public void Header_length_in_version_2_is_bounded()
    {
        var bytes = new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 2, 0, 255, 255, 255, 127 };
        Assert.Contains("claims", Assert.Throws<NpyFormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static NpyArray Read(byte[] bytes) => NpyReader.Read(new MemoryStream(bytes), bytes.Length);

    private static byte[] File(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header + "\n");
        return [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. data];
    }
}
