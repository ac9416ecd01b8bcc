using System.Diagnostics;
using AttentionSample;
using KernelDsl.Runtime;

// attention [IN.npz|- [OUT.npz|- [LAUNCHES]]]: q[B, H, M, D], k and v[B, G, N, D], slope[H], all float32. Without a file, random inputs are written to one first.
var started = Stopwatch.GetTimestamp();
var isRandom = args is [] or ["-", ..];
var input = isRandom ? Inputs.WriteRandom(Path.Combine(Path.GetTempPath(), $"attention-{Environment.ProcessId}.npz")) : args[0];
var output = args.Length > 1 && args[1] != "-" ? args[1] : null;
var launches = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 20;
var arrays = Npz.Read(input);
const long Window = 24;

var device = KernelDevice.Default;
using var q = Upload("q");
using var k = Upload("k");
using var v = Upload("v");
using var slope = Upload("slope");
using var o = device.Allocate<float>(q.Shape);
using var lse = device.Allocate<float>(q.Shape[..3]);

// The one-line call; the shapes give all sizes.
WindowAttention<float>.Run(device, q, k, v, slope, Window, o, lse);
device.Synchronize();
Console.WriteLine($"first result after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms on {device.Name}: o {o}, lse {lse}");

// The hot path: compiled once, then launches that allocate nothing.
var attention = WindowAttention<float>.Compile(device);
var times = new double[launches];
for (var i = 0; i < times.Length; i++)
{
    var start = Stopwatch.GetTimestamp();
    attention.Launch(q, k, v, slope, Window, o, lse);
    device.Synchronize();
    times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

if (launches > 0)
{
    Array.Sort(times);
    Console.WriteLine($"launch: median {times[launches / 2]:F3} ms");
}

var error = Inputs.LargestError(arrays, o.ToArray(), Window);
Console.WriteLine($"largest difference from plain loops in double precision: {error:E1}");
if (output is not null)
{
    File.Delete(output);
    Npz.Write(output, [("o", new FloatArray(o.ToArray(), o.Shape.ToArray())), ("lse", new FloatArray(lse.ToArray(), lse.Shape.ToArray()))]);
}

if (isRandom)
{
    File.Delete(input);
}

return error < 1e-4 ? 0 : 1;

DeviceTensor<float> Upload(string name) => device.Upload(arrays[name].Values, arrays[name].Shape);
