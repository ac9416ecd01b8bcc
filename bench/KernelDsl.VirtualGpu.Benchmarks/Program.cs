using System.Globalization;
using KernelDsl.VirtualGpu.Benchmarks;

// A number of milliseconds for each measurement may be given; the figures of the README are those of the default.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var milliseconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 300;
Machine.Print();
Product.Print();
Rates.Print(milliseconds);
