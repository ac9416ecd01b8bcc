using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu;

/// <summary>Checks the sizes of a launch and lays out its arguments.</summary>
internal static class LaunchArguments
{
    public static void CheckSizes(Program program, VirtualGpuOptions options, Dim3 grid, Dim3 block, int sharedBytes)
    {
        if (grid.X == 0 || grid.Y == 0 || grid.Z == 0 || grid.X > int.MaxValue || grid.Y > 65535 || grid.Z > 65535)
        {
            throw new ArgumentException($"A grid of {grid} blocks cannot be launched.", nameof(grid));
        }

        var bounds = program.Function.Bounds;
        if (block.Count is 0 or > 1024 || block.Z > 64 || (bounds.MaxThreads > 0 && block.Count > bounds.MaxThreads))
        {
            throw new ArgumentException($"A block of {block} threads cannot be launched; '{program.Name}' takes at most {(bounds.MaxThreads > 0 ? Math.Min(1024, bounds.MaxThreads) : 1024)}.", nameof(block));
        }

        if (bounds.RequiredX > 0 && (block.X, block.Y, block.Z) != ((uint)bounds.RequiredX, (uint)Math.Max(bounds.RequiredY, 1), (uint)Math.Max(bounds.RequiredZ, 1)))
        {
            throw new ArgumentException($"'{program.Name}' needs blocks of ({bounds.RequiredX},{bounds.RequiredY},{bounds.RequiredZ}) threads.", nameof(block));
        }

        var most = SharedBytes(options.Architecture);
        if (sharedBytes < 0 || program.StaticShared > 48 * 1024 || program.StaticShared + sharedBytes > most)
        {
            throw new ArgumentException(
                $"'{program.Name}' with {program.StaticShared} static and {sharedBytes} dynamic bytes of shared memory does not fit; {options.Architecture} has {most}, and 48 KiB for static memory.", nameof(sharedBytes));
        }
    }

    /// <summary>The most shared memory of a block.</summary>
    public static int SharedBytes(string architecture) => architecture switch { "sm_80" or "sm_87" => 163 * 1024, "sm_86" or "sm_89" => 99 * 1024, _ => 227 * 1024 };

    public static byte[] Pack(Program program, ReadOnlySpan<object> arguments)
    {
        if (arguments.Length != program.Parameters.Length)
        {
            throw new ArgumentException($"'{program.Name}' has {program.Parameters.Length} parameters, and {arguments.Length} arguments are given.", nameof(arguments));
        }

        var bytes = new byte[Math.Max(program.ParameterBytes, 1)];
        for (var k = 0; k < arguments.Length; k++)
        {
            var value = Bytes(arguments[k]);
            var (offset, size) = program.Parameters[k];
            if (value.Length != size)
            {
                throw new ArgumentException($"Parameter {k} of '{program.Name}' has {size} bytes, and the argument has {value.Length}.", nameof(arguments));
            }

            value.CopyTo(bytes, offset);
        }

        return bytes;
    }

    private static byte[] Bytes(object value) => value switch
    {
        ulong v => BitConverter.GetBytes(v),
        long v => BitConverter.GetBytes(v),
        double v => BitConverter.GetBytes(v),
        int v => BitConverter.GetBytes(v),
        uint v => BitConverter.GetBytes(v),
        float v => BitConverter.GetBytes(v),
        short v => BitConverter.GetBytes(v),
        ushort v => BitConverter.GetBytes(v),
        Half v => BitConverter.GetBytes(v),
        byte v => [v],
        sbyte v => [(byte)v],
        bool v => [v ? (byte)1 : (byte)0],
        byte[] v => v,
        TensorMap v => v.ToArray(),
        _ => throw new ArgumentException($"An argument cannot be a {value?.GetType().Name ?? "null"}."),
    };
}
