using System.Numerics.Tensors;
using KernelDsl;
using KernelDsl.Runtime;

var device = KernelDevice.Cpu;
using var values = device.Upload(new[] { (BFloat16)1f, (BFloat16)2f, (BFloat16)3f });
using var offsets = device.Upload(new[] { 0, 1, 3 });
using var indices = device.Upload(new[] { 2, 0, 1 });
var a = new CsrTensor<BFloat16>(2, 3, values, offsets, indices);
a.Validate();
var host = Enumerable.Range(0, 6).Select(i => (BFloat16)(float)i).ToArray();
using var b = device.Upload(new ReadOnlyTensorSpan<BFloat16>(host, [3, 2]));
using var c = device.Allocate<float>(2, 2);
Frameworks.Spmm<BFloat16>.Run(device, a, b, c);
Console.WriteLine($"{AppContext.TargetFrameworkName}: {string.Join(' ', c.ToArray())}");
