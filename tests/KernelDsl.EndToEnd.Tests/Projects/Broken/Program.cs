using KernelDsl.Runtime;

// Every class is there, also of the specs with errors, so that the errors are those of the specs and no others.
var device = KernelDevice.Cpu;
using var x = device.Allocate<float>(3);
using var y = device.Allocate<float>(3);
Broken.Fine.Run(device, x, y);
Broken.Broken.Run(device, x, x, y);
Broken.Torn.Run(device, x, y);
