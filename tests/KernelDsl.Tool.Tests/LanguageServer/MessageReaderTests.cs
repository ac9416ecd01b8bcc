using System.Text;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class MessageReaderTests
{
    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}", "{}")]
    [InlineData("content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", "{}")]
    [InlineData("Content-Length: 2\n\n{}", "{}")]
    [InlineData("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n5", "", "5")]
    [InlineData("Content-Length: 1\r\n\r\n1Content-Length: 1\r\n\r\n2", "1", "2")]
    [InlineData("rubbish\r\n\r\nContent-Length: 1\r\n\r\n2", null, "2")]
    [InlineData("rubbish\r\nContent-Length: 1\r\n\r\n2", "2")]
    [InlineData("Content-Length: x\r\n\r\nContent-Length: 1\r\n\r\n2", null, "2")]
    [InlineData("Content-Length: -5\r\n\r\nContent-Length: 1\r\n\r\n2", null, "2")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\nContent-Length: 1\r\n\r\n2", null, "2")]
    [InlineData("Content-Length: 10\r\n\r\n12")]
    [InlineData("Content-Length: 9999999999\r\n\r\n12")]
    [InlineData("Content-Len")]
    [InlineData("Content-Length: 5")]
    [InlineData("")]
    public void Frames_are_found(string stream, params string?[] bodies)
    {
        var reader = new MessageReader(new MemoryStream(Encoding.UTF8.GetBytes(stream)));
        foreach (var body in bodies ?? [null])
        {
            var frame = reader.Read();
            Assert.NotNull(frame);
            Assert.Equal(body, frame.Value.Body is { } bytes ? Encoding.UTF8.GetString(bytes) : null);
            Assert.Equal(body is null, frame.Value.Problem is not null);
        }

        Assert.Null(reader.Read());
    }

    [Fact]
    public void Random_bytes_end_and_a_message_after_them_is_read()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var noise = new byte[random.Next(5000)];
            random.NextBytes(noise);
            var reader = new MessageReader(new MemoryStream([.. noise, .. "\r\n\r\nContent-Length: 3\r\n\r\nend"u8]));
            var frames = new List<Frame>();
            while (reader.Read() is { } frame)
            {
                frames.Add(frame);
            }

            Assert.Equal("end"u8.ToArray(), frames[^1].Body);
        }
    }

    [Fact]
    public void Body_that_arrives_byte_by_byte_is_whole()
    {
        var reader = new MessageReader(new Trickle("Content-Length: 5\r\n\r\nhello"u8.ToArray()));
        Assert.Equal("hello"u8.ToArray(), reader.Read()!.Value.Body);
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
