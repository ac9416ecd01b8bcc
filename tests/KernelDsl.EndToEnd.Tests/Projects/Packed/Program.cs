using KernelDsl.Runtime;
using KernelDsl.Runtime.Packs;

var pack = KernelPack.Open(typeof(Program).Assembly) ?? throw new InvalidOperationException("no pack");
foreach (var key in pack.Keys)
{
    pack.TryFind(key, out var image);
    Console.WriteLine($"{key.Architecture} {key.Consts} {key.Kind} {image.Length > 1000}");
}

var device = KernelDevice.Cpu;
using var x = device.Upload(new float[,] { { 1, 2 }, { 3, 4 } });
using var y = device.Allocate<float>(2);
Packed.Rows<float>.Run(device, x, y, W: 2);
Console.WriteLine(string.Join(' ', y.ToArray()));
try
{
    KernelDevice.Open("cuda:0");
}
catch (KernelDeviceException e)
{
    Console.WriteLine(e.Message);
}
