using KernelDsl.Runtime;
using KernelDsl.VirtualGpu;

// The same call as on any device: first with a structure that is right, then with a row that says that it ends behind the stored values.
using var device = KernelDevice.OpenVirtual("sm_90");
using var values = device.Upload(new[] { 1f, 2f });
using var indices = device.Upload(new[] { 0, 1 });
using var x = device.Upload(new[] { 3f, 4f });
using var y = device.Allocate<float>(2);
foreach (var offsets in new[] { new[] { 0, 1, 2 }, [0, 1, 9] })
{
    using var rows = device.Upload(offsets);
    try
    {
        Checked.Product.Run(device, new CsrTensor<float>(2, 2, values, rows, indices), x, y);
        Console.WriteLine($"{device.Name}: {string.Join(' ', y.ToArray())}");
    }
    catch (VirtualGpuFaultException e)
    {
        Console.WriteLine(e.Message);
    }
}
