using System.Globalization;
using System.Text;

namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>What came out of the stream: a body, or a note of bytes that were no message.</summary>
internal readonly record struct Frame(byte[]? Body, string? Problem);

/// <summary>
/// Takes messages out of a stream: <c>Content-Length: n</c>, other headers, an empty line, n bytes. Bytes that are no header are passed over up to the next line that is
/// one, so that a reader that lost its place finds it again.
/// </summary>
internal sealed class MessageReader(Stream stream)
{
    internal const int MaximumBody = 64 << 20;
    private const int MaximumLine = 1024;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The next frame; null at the end of the stream, also in the middle of a frame.</summary>
    public Frame? Read()
    {
        long? length = null;
        var garbage = false;
        while (ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0 && line.AsSpan(0, colon).Trim().Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    var isNumber = long.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value);
                    length = isNumber ? value : null;
                    garbage |= !isNumber;
                }
                else
                {
                    garbage |= colon <= 0 || !line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
                }

                continue;
            }

            switch (length)
            {
                case null when garbage:
                    return new Frame(null, "These bytes are no message: a header 'Content-Length' with a number is missing.");
                case null:
                    continue;
                case > MaximumBody:
                    return Skip(length.Value) ? new Frame(null, $"A message of {length} bytes is too large; the most is {MaximumBody}.") : null;
                default:
                    return ReadBody((int)length.Value) is { } body ? new Frame(body, null) : null;
            }
        }

        return null;
    }

    // A line that is too long is no header; its start is enough to know that.
    private string? ReadLine()
    {
        var line = new StringBuilder();
        while (Next() is { } value)
        {
            if (value == '\n')
            {
                return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
            }

            if (line.Length < MaximumLine)
            {
                line.Append((char)value);
            }
        }

        return null;
    }

    private byte? Next() => _start < _end || Fill() ? _buffer[_start++] : null;

    private bool Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }

    private byte[]? ReadBody(int length)
    {
        // Grows with what arrives: a length is only a claim.
        using var body = new MemoryStream();
        while (body.Length < length)
        {
            if (_start == _end && !Fill())
            {
                return null;
            }

            var count = (int)Math.Min(length - body.Length, _end - _start);
            body.Write(_buffer, _start, count);
            _start += count;
        }

        return body.ToArray();
    }

    private bool Skip(long length)
    {
        while (length > 0)
        {
            if (_start == _end && !Fill())
            {
                return false;
            }

            var count = (int)Math.Min(length, _end - _start);
            length -= count;
            _start += count;
        }

        return true;
    }
}
