using System.Collections.Immutable;

namespace KernelDsl.Runtime.Packs;

/// <summary>Where an image of a pack lies.</summary>
internal readonly record struct PackEntry(KernelImageKey Key, long Offset, int Length, ImmutableArray<byte> Hash);

/// <summary>What the header of a pack says; the entries are in the order of their keys.</summary>
internal sealed record PackIndex(string CompilerVersion, string NvrtcVersion, ImmutableArray<PackEntry> Entries);
