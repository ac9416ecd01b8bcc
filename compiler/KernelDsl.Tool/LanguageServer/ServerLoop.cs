using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer;

/// <summary>
/// Runs a server over two streams. One thread reads, so that a cancellation is seen while its request still waits; this one works, so that nothing is shared. Diagnostics
/// are computed when the editor has been quiet for a moment: a change that follows takes the place of the one before it.
/// </summary>
internal sealed class ServerLoop(Stream input, Stream output, TimeSpan quiet, TimeSpan longest)
{
    private readonly BlockingCollection<Frame> _frames = new(boundedCapacity: 1024);
    private readonly ConcurrentDictionary<string, byte> _cancelled = new(StringComparer.Ordinal);

    /// <summary>Until <c>exit</c> or the end of the input; gives the exit code of the process.</summary>
    public int Run()
    {
        var server = new Server(new MessageWriter(output));
        new Thread(Read) { IsBackground = true, Name = "reader" }.Start();
        try
        {
            return Work(server);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The editor closed its end.
            return server.ExitCodeAtEnd;
        }
    }

    private int Work(Server server)
    {
        var sincePending = new Stopwatch();
        while (true)
        {
            var wait = Timeout.InfiniteTimeSpan;
            if (server.HasPendingDiagnostics)
            {
                sincePending.Start();
                var left = longest - sincePending.Elapsed;
                wait = left <= TimeSpan.Zero ? TimeSpan.Zero : left < quiet ? left : quiet;
            }
            else
            {
                sincePending.Reset();
            }

            // At the latest possible time, what waits in the queue waits a little longer.
            if (wait == TimeSpan.Zero || !_frames.TryTake(out var frame, wait))
            {
                if (_frames.IsCompleted)
                {
                    return server.ExitCodeAtEnd;
                }

                server.PublishDiagnostics();
                continue;
            }

            if (frame.Body is { } body)
            {
                server.Handle(body, id => _cancelled.TryRemove(id, out _));
            }
            else
            {
                server.HandleGarbage(frame.Problem!);
            }

            if (server.ExitCode is { } code)
            {
                return code;
            }
        }
    }

    private void Read()
    {
        var reader = new MessageReader(input);
        try
        {
            while (reader.Read() is { } frame)
            {
                if (frame.Body is { } body && CancelledId(body) is { } id)
                {
                    // A request that was answered before leaves its id here; ids are not used twice.
                    _cancelled[id] = 0;
                    continue;
                }

                _frames.Add(frame);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // As at the end.
        }

        _frames.CompleteAdding();
    }

    private static string? CancelledId(byte[] body)
    {
        if (body.Length > 512 || body.AsSpan().IndexOf("$/cancelRequest"u8) < 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Find("method") is { ValueKind: JsonValueKind.String } method && method.ValueEquals("$/cancelRequest")
                && document.RootElement.Find("params")?.Find("id") is { ValueKind: JsonValueKind.Number or JsonValueKind.String } id
                ? id.GetRawText()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
