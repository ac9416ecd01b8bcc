using KernelDsl.Runtime.Caching;
using KernelDsl.Runtime.Packs;

// One of the processes that use a cache at once: cache-hammer FOLDER LIMIT SEED ROUNDS. Every image that it gets must be the one of its key.
var (folder, limit, seed, rounds) = (args[0], long.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]));
var cache = new KernelDiskCache(new KernelCacheOptions(folder, limit));
var wrong = 0;
Parallel.For(0, 4, thread =>
{
    var random = new Random((seed * 10) + thread);
    for (var i = 0; i < rounds; i++)
    {
        var number = random.Next(40);
        var key = new KernelCacheKey(new KernelImageKey($"{number:x64}", "", "sm_80", KernelImageKinds.Cubin), "", "12.4", "0.1.0");
        var expected = new byte[500 + (number * 100)];
        new Random(number).NextBytes(expected);
        if (!cache.TryGet(key, out var image))
        {
            cache.Add(key, expected);
        }
        else if (!image.AsSpan().SequenceEqual(expected))
        {
            Interlocked.Increment(ref wrong);
        }

        if (random.Next(50) == 0)
        {
            Damage(random);
        }
    }
});

Console.WriteLine($"{wrong} wrong, {cache.Statistics}");
return wrong == 0 ? 0 : 1;

// What a crash or a bad disk does: an entry is cut short or changed in place.
void Damage(Random random)
{
    try
    {
        if (Directory.GetFiles(folder, "*.kdslimage") is { Length: > 0 } files)
        {
            using var stream = new FileStream(files[random.Next(files.Length)], FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (random.Next(2) == 0)
            {
                stream.SetLength(random.Next((int)stream.Length));
            }
            else
            {
                stream.Position = random.Next((int)stream.Length);
                stream.WriteByte((byte)random.Next(256));
            }
        }
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
    {
        // It went away meanwhile.
    }
}
