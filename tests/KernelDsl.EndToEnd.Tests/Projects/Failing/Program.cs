using KernelDsl.Runtime;

// The second row says that it ends behind the stored values: the launch throws at the access, in the spec.
var device = KernelDevice.Cpu;
using var values = device.Upload(new[] { 1f, 2f });
using var offsets = device.Upload(new[] { 0, 1, 9 });
using var indices = device.Upload(new[] { 0, 1 });
using var x = device.Upload(new[] { 1f, 2f });
using var y = device.Allocate<float>(2);
try
{
    Product().Launch(new CsrTensor<float>(2, 2, values, offsets, indices), x, y);
}
catch (KernelBoundsException e)
{
    Console.WriteLine(e);
}

static Failing.Product Product() => Failing.Product.Compile(KernelDevice.Cpu);
