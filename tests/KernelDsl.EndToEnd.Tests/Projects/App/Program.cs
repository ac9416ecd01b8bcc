using KernelDsl.Runtime;

// The library's kernels, and one of this project: the package comes through the library.
var device = KernelDevice.Cpu;
using var x = device.Upload(new float[,] { { 3, 4 }, { 0, 2 } });
using var y = device.Allocate<float>(2, 2);
Acme.Fast.Norm.Rms.Run(device, x, y);
Console.WriteLine(string.Join(' ', y.ToArray().Select(v => v.ToString("F4"))));
using var flat = device.Allocate<float>(4);
Acme.Fast.Scale.Run(device, y.Reshape(4), 10, flat);
using var doubled = device.Allocate<float>(4);
App.Twice.Run(device, flat, doubled);
Console.WriteLine(string.Join(' ', doubled.ToArray().Select(v => v.ToString("F2"))));
try
{
    Acme.Fast.Norm.Rms.Run(device, x, flat.Reshape(4, 1));
}
catch (KernelShapeException e)
{
    Console.WriteLine(e.Message);
}
