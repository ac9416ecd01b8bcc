namespace KernelDsl.Runtime.Packs;

/// <summary>The bytes of a pack. Can be used from several threads.</summary>
internal abstract class PackData
{
    public abstract long Length { get; }

    /// <exception cref="EndOfStreamException">There are fewer bytes than wanted.</exception>
    public abstract void Read(long offset, Span<byte> destination);
}

internal sealed class MemoryPackData(ReadOnlyMemory<byte> bytes) : PackData
{
    public override long Length => bytes.Length;

    public override void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > bytes.Length - destination.Length)
        {
            throw new EndOfStreamException();
        }

        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}

/// <summary>A stream that can be read anywhere, such as a resource of an assembly, which the system maps and does not copy.</summary>
internal sealed class StreamPackData(Stream stream) : PackData
{
    private readonly object _gate = new();

    public override long Length { get; } = stream.Length;

    public override void Read(long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            stream.Position = offset;
            stream.ReadExactly(destination);
        }
    }
}
