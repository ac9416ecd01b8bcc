namespace KernelDsl.Runtime.Caching;

/// <summary>What a cache did since it was opened, in this process.</summary>
/// <param name="Hits">Images that were there.</param>
/// <param name="Misses">Images that were not there, the damaged ones too.</param>
/// <param name="Stores">Images that were written.</param>
/// <param name="Evictions">Images that were removed to keep the limit.</param>
/// <param name="Damaged">Images that were removed because their checksum was wrong.</param>
/// <param name="Failures">Times that the disk or its permissions did not allow something.</param>
public readonly record struct KernelCacheStatistics(long Hits, long Misses, long Stores, long Evictions, long Damaged, long Failures);

/// <summary>What a cache takes on the disk.</summary>
/// <param name="Count">The images.</param>
/// <param name="Bytes">Their bytes, with those of unfinished files.</param>
public readonly record struct KernelCacheUsage(int Count, long Bytes);
