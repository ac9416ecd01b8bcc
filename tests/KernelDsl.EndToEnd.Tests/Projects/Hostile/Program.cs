#pragma warning disable CA1303, CA1515, CA1852, CA2000
using global::KernelDsl.Runtime;

namespace Hostile
{
    internal static class Program
    {
        private static int Main()
        {
            KernelDevice device = KernelDevice.Cpu;
            using DeviceTensor<double> x = device.Upload(new double[] { 1, 2, 3, 4 }, 2, 2);
            using DeviceTensor<float> w = device.Upload(new float[] { 10, 1 });
            using DeviceTensor<double> y = device.Allocate<double>(2);
            KernelDevice<double>.Run(device, x, w, 5, y);
            double[] result = y.ToArray();
            global::System.Console.WriteLine($"{result[0]} {result[1]}");
            return result[0] == 29 && result[1] == 73 ? 0 : 1;
        }
    }
}
