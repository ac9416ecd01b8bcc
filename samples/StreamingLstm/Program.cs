using System.Diagnostics;
using KernelDsl.Runtime;
using StreamingLstm;

// Readings come one at a time; the state stays on the device. At the end, the whole series at once must give the same.
const int Steps = 500, Inputs = 3, Units = 16;
var random = new Random(7);
var device = KernelDevice.Default;
using var w = device.Upload(Weights(4 * Units * Inputs, Inputs), 4, Units, Inputs);
using var r = device.Upload(Weights(4 * Units * Units, Units), 4, Units, Units);
using var bias = device.Upload(Weights(4 * Units, 1), 4, Units);
var series = Enumerable.Range(0, Steps).SelectMany(t => new[] { MathF.Sin(t * 0.1f), MathF.Cos(t * 0.03f), random.NextSingle() - 0.5f }).ToArray();

using var reading = device.Allocate<float>(Inputs);
DeviceTensor<float>[] h = [device.Allocate<float>(Units), device.Allocate<float>(Units)];
DeviceTensor<float>[] c = [device.Allocate<float>(Units), device.Allocate<float>(Units)];
var step = LstmStep.Compile(device);
var before = 0L;
var start = Stopwatch.GetTimestamp();
for (var t = 0; t < Steps; t++)
{
    // After the first steps nothing is allocated any more.
    before = t == 20 ? GC.GetAllocatedBytesForCurrentThread() : before;
    reading.CopyFrom(series.AsSpan(t * Inputs, Inputs));
    var (now, next) = (t % 2, (t + 1) % 2);
    step.Launch(reading, h[now], c[now], w, r, bias, h[next], c[next]);
}

device.Synchronize();
var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
var micros = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Steps;
var streamed = h[Steps % 2].ToArray();

using var x = device.Upload(series, Steps, Inputs);
using var zero = device.Allocate<float>(Units);
using var all = device.Allocate<float>(Steps, Units);
using var cells = device.Allocate<float>(Steps, Units);
LstmSeries.Run(device, x, zero, zero, w, r, bias, all, cells);
var whole = all.Select(0, Steps - 1).ToArray();
var difference = streamed.Zip(whole, (a, b) => MathF.Abs(a - b)).Max();
Console.WriteLine($"{Steps} steps on {device.Name}: {micros:F1} µs a step, {allocated} bytes allocated after the first 20");
Console.WriteLine($"last state: {string.Join(' ', streamed.Take(4).Select(s => s.ToString("F4")))} …");
Console.WriteLine($"largest difference between the stream and the whole series: {difference:E1}");
foreach (var tensor in h.Concat(c))
{
    tensor.Dispose();
}

return difference < 1e-5f && allocated == 0 ? 0 : 1;

float[] Weights(int count, int fan) => Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) / MathF.Sqrt(fan)).ToArray();
