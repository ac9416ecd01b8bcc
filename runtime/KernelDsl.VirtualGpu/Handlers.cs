global using unsafe Handler = delegate*<KernelDsl.VirtualGpu.Machine.Warp, KernelDsl.VirtualGpu.Machine.Instruction, uint, void>;
