using KernelDsl.Kernels.Linear;
using KernelDsl.Runtime;

// Without a GPU the default device is the CPU, also with the package for GPUs.
var device = KernelDevice.Default;
using var a = device.Upload(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
using var b = device.Upload(new float[,] { { 1, 0 }, { 0, 1 }, { 2, 2 } });
using var c = device.Allocate<float>(2, 2);
Matmul<float>.Run(device, a, b, c);
Console.WriteLine($"{device.Name}: {string.Join(' ', c.ToArray())}");
