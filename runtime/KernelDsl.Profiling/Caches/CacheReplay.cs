using System.Numerics;
using KernelDsl.Profiling.Rules;

namespace KernelDsl.Profiling.Caches;

/// <summary>
/// Replays the accesses of all blocks through the caches of a GPU. Blocks are dealt breadth-first: one to each multiprocessor, then a second to each; when one
/// ends, its place takes the next block. Multiprocessors take turns, and on each the resident blocks do. This order is a model: a GPU has no fixed one.
/// </summary>
public sealed class CacheReplay
{
    private readonly IReadOnlyList<BlockStream> _blocks;
    private readonly CacheSettings _settings;
    private readonly SectoredCache[] _firstLevels;
    private long _firstRead, _firstHit, _secondRead, _secondWritten, _secondHit, _dramRead, _dramWritten;

    private CacheReplay(IReadOnlyList<BlockStream> blocks, CacheSettings settings)
    {
        _blocks = blocks;
        _settings = settings;
        _firstLevels = [.. Enumerable.Range(0, settings.Sms).Select(_ => new SectoredCache(settings.FirstLevelBytes, settings.FirstLevelWays, settings.HasHashedSets))];
        SecondLevel = settings.WarmSecondLevel ?? new SectoredCache(settings.SecondLevelBytes, settings.SecondLevelWays, settings.HasHashedSets);
    }

    /// <summary>The second level as the launch left it.</summary>
    public SectoredCache SecondLevel { get; }

    /// <summary>What was moved.</summary>
    public CacheTraffic Traffic => new(
        Bytes(_firstRead), Bytes(_firstHit), Bytes(_secondRead), Bytes(_secondWritten), Bytes(_secondHit), Bytes(_dramRead), Bytes(_dramWritten),
        Bytes(SecondLevel.DirtySectors));

    /// <summary>Replays a launch.</summary>
    /// <param name="blocks">The stream of each block, in the order of block numbers.</param>
    /// <param name="settings">The caches.</param>
    public static CacheReplay Run(IReadOnlyList<BlockStream> blocks, CacheSettings settings)
    {
        var replay = new CacheReplay(blocks, settings);
        replay.RunAll();
        return replay;
    }

    private static long Bytes(long sectors) => sectors * SectorRule.SectorBytes;

    private void RunAll()
    {
        var places = new Place[_settings.Sms * _settings.BlocksPerSm];
        var next = 0;
        var running = 0;
        // Breadth-first: place p is on multiprocessor p mod Sms.
        for (var p = 0; p < places.Length; p++)
        {
            places[p].Block = next < _blocks.Count ? next++ : -1;
            running += places[p].Block >= 0 ? 1 : 0;
        }

        while (running > 0)
        {
            for (var p = 0; p < places.Length; p++)
            {
                ref var place = ref places[p];
                if (place.Block >= 0 && !RunTurn(ref place, _firstLevels[p % _settings.Sms]))
                {
                    place = new Place { Block = next < _blocks.Count ? next++ : -1 };
                    running -= place.Block < 0 ? 1 : 0;
                }
            }
        }
    }

    /// <summary>One turn of a block. False when the block has ended.</summary>
    private bool RunTurn(ref Place place, SectoredCache firstLevel)
    {
        var requests = _blocks[place.Block].Requests;
        for (var accesses = 0; accesses < _settings.AccessesPerTurn && place.Position < requests.Length; place.Position++)
        {
            Access(requests[place.Position], firstLevel);
            accesses += requests[place.Position].EndsRequest ? 1 : 0;
        }

        return place.Position < requests.Length;
    }

    private void Access(LineRequest request, SectoredCache firstLevel)
    {
        switch (request.Access)
        {
            case CacheAccess.Load:
                var hit = firstLevel.Access(request.Line, request.Sectors, isWrite: false, allocates: true, out _);
                _firstRead += BitOperations.PopCount(request.Sectors);
                _firstHit += BitOperations.PopCount(hit);
                ReadSecondLevel(request.Line, (byte)(request.Sectors & ~hit));
                break;
            case CacheAccess.LoadThrough:
                ReadSecondLevel(request.Line, request.Sectors);
                break;
            case CacheAccess.Store:
                // Through the first level, which keeps no place for it; what it has of the line stays right.
                WriteSecondLevel(request.Line, request.Sectors);
                break;
            case CacheAccess.Atomic:
                firstLevel.Invalidate(request.Line, request.Sectors);
                ReadSecondLevel(request.Line, request.Sectors);
                WriteSecondLevel(request.Line, request.Sectors);
                break;
            default:
                throw new InvalidOperationException($"The access {request.Access} has no rule.");
        }
    }

    private void ReadSecondLevel(ulong line, byte sectors)
    {
        if (sectors == 0)
        {
            return;
        }

        var hit = SecondLevel.Access(line, sectors, isWrite: false, allocates: true, out var written);
        _secondRead += BitOperations.PopCount(sectors);
        _secondHit += BitOperations.PopCount(hit);
        _dramRead += BitOperations.PopCount((byte)(sectors & ~hit));
        _dramWritten += written;
    }

    private void WriteSecondLevel(ulong line, byte sectors)
    {
        SecondLevel.Access(line, sectors, isWrite: true, allocates: true, out var written);
        _secondWritten += BitOperations.PopCount(sectors);
        _dramWritten += written;
    }

    private struct Place
    {
        public int Block;
        public int Position;
    }
}
