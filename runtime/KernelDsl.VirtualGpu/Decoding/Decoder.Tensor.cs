using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Matrix instructions.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeTensor(string opcode, Modifiers m) => throw Error($"the instruction '{_text.Name}' is not supported yet.");
}
